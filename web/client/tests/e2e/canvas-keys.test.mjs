/** The canvas's keys, one after another: where nodes stand and what is wired, before and after; and undo brings it back. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { back, keeps, kept, nodeOf } from "./edited.mjs";
import { closeBrowser, drag, openPage } from "./studio.mjs";

after(closeBrowser);

const EMPTY = { x: 420, y: 740 };
const head = (page, id) => page.locator(`[data-node="${id}"] h3`);

async function choose(page, ...ids) {
  const [first, ...more] = ids;
  await head(page, first).click();
  for (const id of more) await head(page, id).click({ modifiers: ["Shift"] });
  await page.waitForFunction(
    (wanted) => {
      const chosen = [...document.querySelectorAll(".react-flow__node.selected")].map((node) => node.dataset.id);
      return JSON.stringify(chosen.sort()) === wanted;
    },
    JSON.stringify([...ids].sort()),
  );
}

const press = async (page, keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Boxes of nodes on the canvas: places of the document, sizes as they are drawn. */
async function boxes(page, document) {
  const sizes = await page.evaluate(() =>
    Object.fromEntries(
      [...window.document.querySelectorAll(".react-flow__node")].map((node) => [
        node.dataset.id,
        [node.offsetWidth, node.offsetHeight],
      ]),
    ),
  );
  return Object.fromEntries(
    document.nodes.map(({ id, position: [x, y] }) => {
      const [width, height] = sizes[id];
      const [right, bottom] = [x + width, y + height];
      return [id, { x, y, right, bottom, center: x + width / 2, middle: y + height / 2 }];
    }),
  );
}

const near = (values, slack = 1) => Math.max(...values) - Math.min(...values) <= slack;
const sourceOf = (document, node, input) =>
  document.wires.find(({ to }) => to[0] === node && to[1] === input)?.from.join(" ");
const wiresAt = (document, node) => document.wires.filter(({ from, to }) => from[0] === node || to[0] === node);
const moved = (before, now) =>
  now.nodes.filter(({ id, position }) => `${position}` !== `${nodeOf(before, id)?.position}`).map(({ id }) => id);

const THREE = ["prompt", "sampler", "decode"];
const FOUR = ["loader", "negative", "size", "picture"];
/** Aligned by an edge: three nodes agree there, and none of the others moves. */
const aligned = (key, side) => ({
  name: `${key} aligns by ${side}`,
  chosen: THREE,
  keys: [key],
  done: (now, before, box) =>
    near(THREE.map((id) => box[id][side])) && moved(before, now).every((id) => THREE.includes(id)),
});
/** Equal gaps between four nodes, whose outer two stay. */
const spread = (key, low, high) => ({
  name: `${key} spreads evenly`,
  chosen: FOUR,
  keys: [key],
  done(now, before, box) {
    const order = FOUR.map((id) => box[id]).sort((a, b) => a[low] + a[high] - b[low] - b[high]);
    const gaps = order.slice(1).map((next, at) => next[low] - order[at][high]);
    return near(gaps, 2) && moved(before, now).length > 0 && moved(before, now).every((id) => FOUR.includes(id));
  },
});

const ACTS = [
  aligned("Alt+a", "x"),
  aligned("Alt+h", "center"),
  aligned("Alt+d", "right"),
  aligned("Alt+w", "y"),
  aligned("Alt+v", "middle"),
  aligned("Alt+s", "bottom"),
  spread("Alt+Shift+h", "x", "right"),
  spread("Alt+Shift+v", "y", "bottom"),
  {
    name: "G and arrows move, Enter keeps",
    chosen: ["size", "decode"],
    keys: ["g", "ArrowRight", "ArrowRight", "Shift+ArrowDown", "Enter"],
    done: (now, before) =>
      ["size", "decode"].every((id) => {
        const [[x, y], [wasX, wasY]] = [nodeOf(now, id).position, nodeOf(before, id).position];
        return x === wasX + 16 && y === wasY + 40;
      }) && moved(before, now).length === 2,
  },
  {
    name: "Shift+I swaps two inputs",
    chosen: ["sampler"],
    keys: ["Shift+I"],
    done: (now, before) =>
      sourceOf(now, "sampler", "positive") === sourceOf(before, "sampler", "negative") &&
      sourceOf(now, "sampler", "negative") === sourceOf(before, "sampler", "positive") &&
      now.wires.length === before.wires.length,
  },
  {
    name: "Shift+X takes a node out of its wires and closes the gap",
    chosen: ["sampler"],
    keys: ["Shift+X"],
    done: (now, before) =>
      wiresAt(now, "sampler").length === 0 &&
      sourceOf(now, "decode", "samples") === "size LATENT" &&
      now.wires.length === before.wires.length - wiresAt(before, "sampler").length + 1 &&
      now.nodes.length === before.nodes.length,
  },
  {
    name: "Ctrl+Shift+D copies a node with the wires that come into it",
    chosen: ["sampler"],
    keys: ["Control+Shift+D"],
    done: (now, before) =>
      nodeOf(now, "sampler-2") !== undefined &&
      ["model", "positive", "negative", "latent_image"].every(
        (input) => sourceOf(now, "sampler-2", input) === sourceOf(before, "sampler", input),
      ) &&
      wiresAt(now, "sampler-2").length === 4 &&
      wiresAt(now, "sampler").length === wiresAt(before, "sampler").length,
  },
  {
    name: "Ctrl+D copies it without",
    chosen: ["sampler"],
    keys: ["Control+D"],
    done: (now) => nodeOf(now, "sampler-2") !== undefined && wiresAt(now, "sampler-2").length === 0,
  },
  {
    name: "Ctrl+Alt+C and Ctrl+Alt+V bring values to another node, by name",
    chosen: ["prompt"],
    keys: ["Control+Alt+c"],
    next: { chosen: ["negative"], keys: ["Control+Alt+v"] },
    done: (now, before) =>
      nodeOf(now, "negative").widgets.text === nodeOf(before, "prompt").widgets.text &&
      nodeOf(before, "negative").widgets.text === "" &&
      now.wires.length === before.wires.length,
  },
];

test("each key does what it says to the places and wires of the document, and one undo takes it back", async () => {
  const { page, context, troubles } = await openPage({ width: 1600, height: 900 });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // The page keeps a document from the first edit on.
  await choose(page, "size");
  await press(page, ["Control+ArrowRight"]);
  await keeps(page, (now) => nodeOf(now, "size").position[0] === 32, "moved by a step");
  await press(page, ["Control+ArrowLeft"]);
  const before = await keeps(page, (now) => nodeOf(now, "size").position[0] === 24, "moved back");
  for (const { name, chosen, keys, next, done } of ACTS) {
    await press(page, ["Escape"]);
    await choose(page, ...chosen);
    await press(page, keys);
    if (next !== undefined) {
      await page.getByText(/^Copied \d+ value/).waitFor();
      await choose(page, ...next.chosen);
      await press(page, next.keys);
    }
    let held = false;
    for (const began = Date.now(); !held && Date.now() - began < 10_000; ) {
      const now = await kept(page);
      const drawn = await page.locator(".react-flow__node").count();
      if (drawn < now.nodes.length + now.frames.length) continue;
      held = done(now, before, await boxes(page, now));
    }
    assert.ok(held, `${name}: ${JSON.stringify(await boxes(page, await kept(page)))}`);
    await press(page, ["Control+z"]);
    await back(page, before);
  }
  // Escape gives up a move by keys.
  await choose(page, "size");
  await press(page, ["g", "ArrowRight", "ArrowDown"]);
  await keeps(page, (now) => `${nodeOf(now, "size").position}` === "32,304", "on the way");
  await press(page, ["Escape"]);
  await back(page, before);
  assert.deepEqual(troubles, []);
});

test("Alt+Q brings the sockets of a wire to one height", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const heights = () =>
    page.evaluate(() => {
      const at = (node, socket) =>
        document.querySelector(`[data-node="${node}"] [data-socket="${socket}"]`).getBoundingClientRect().y;
      return [at("prompt", "CONDITIONING"), at("sampler", "positive")];
    });
  const [from, to] = await heights();
  assert.ok(Math.abs(from - to) > 20, "they begin at different heights");
  await choose(page, "prompt", "sampler");
  await press(page, ["Alt+q"]);
  const now = await keeps(page, () => true, "moved");
  assert.ok(near(await heights(), 2), `${await heights()}`);
  assert.deepEqual([nodeOf(now, "prompt").position[0], nodeOf(now, "sampler").position[0]], [320, 632]);
});

const view = (page) => page.locator(".react-flow__viewport").evaluate((element) => element.style.transform);

/** The view once it no longer moves. */
async function restingView(page) {
  let now = await view(page);
  for (let last = ""; last !== now; ) {
    last = now;
    for (let frame = 0; frame < 3; frame += 1) await page.evaluate(() => new Promise(requestAnimationFrame));
    now = await view(page);
  }
  return now;
}

/** Wait until the view is this one, to the pixel. */
const comesTo = (page, wanted) =>
  page.waitForFunction((text) => {
    const [now, was] = [document.querySelector(".react-flow__viewport").style.transform, text].map((transform) => {
      const { a, e, f } = new DOMMatrix(transform);
      return [a, e, f];
    });
    return now.every((value, at) => Math.abs(value - was[at]) < 1);
  }, wanted);

const leaves = (page, old) =>
  page.waitForFunction((was) => document.querySelector(".react-flow__viewport").style.transform !== was, old);

test("views are marked and found again, and R asks for the lists anew", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  await page.mouse.click(EMPTY.x, EMPTY.y);
  const first = await restingView(page);
  await press(page, ["Control+Alt+3"]);
  await drag(page, EMPTY, { x: EMPTY.x + 200, y: EMPTY.y - 80 });
  await leaves(page, first);
  await press(page, ["-"]);
  const second = await restingView(page);
  await press(page, ["Control+Alt+4", "3"]);
  await comesTo(page, first);
  await press(page, ["4"]);
  await comesTo(page, second);
  const asked = page.waitForRequest((request) => request.url().endsWith("/api/v1/node-types"));
  await press(page, ["r"]);
  assert.equal((await asked).method(), "GET");
});

test("V and H, and the setting, say whether a drag on the empty canvas selects or pans", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const box = (id) => page.locator(`[data-node="${id}"]`).boundingBox();
  /** Drag from beside the last column to the left, over its nodes. */
  const pull = async () => {
    const [last, decode] = [await box("picture"), await box("decode")];
    await drag(
      page,
      { x: last.x + last.width + 28, y: last.y + last.height / 2 },
      { x: decode.x - 24, y: decode.y + 10 },
    );
  };
  const set = async (name) => {
    await press(page, ["Control+,"]);
    const dialog = page.getByRole("dialog").filter({ has: page.getByRole("tablist") });
    await dialog.getByRole("tab", { name: "Canvas and runs" }).click();
    await dialog.getByRole("radio", { name }).check();
    await press(page, ["Escape"]);
    await dialog.waitFor({ state: "detached" });
  };
  const selects = async () => {
    const before = await restingView(page);
    await pull();
    for (const id of ["decode", "picture"]) await page.locator(`.react-flow__node.selected[data-id="${id}"]`).waitFor();
    assert.equal(await view(page), before, "the view stays");
    await press(page, ["Escape"]);
    await page.locator(".react-flow__node.selected").first().waitFor({ state: "detached" });
  };
  const pans = async () => {
    const before = await restingView(page);
    await pull();
    await leaves(page, before);
    assert.equal(await page.locator(".react-flow__node.selected").count(), 0);
    await press(page, ["1"]);
    await comesTo(page, before);
  };
  await page.mouse.click(EMPTY.x, EMPTY.y);
  await press(page, ["Control+Alt+1"]);
  await pans();
  await press(page, ["v"]);
  await selects();
  await press(page, ["h"]);
  await pans();
  await set("Selects by box");
  await selects();
  await set("Moves the view");
  await pans();
});
