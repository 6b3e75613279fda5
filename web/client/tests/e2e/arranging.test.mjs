/** Selecting, arranging and dressing nodes: by mouse and by keys. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keeps, nodeOf } from "./edited.mjs";
import { closeBrowser, drag, openPage } from "./studio.mjs";

after(closeBrowser);

const head = (page, id) => page.locator(`[data-node="${id}"] h3`);
const flowNode = (page, id) => page.locator(`.react-flow__node[data-id="${id}"]`);

/** Wait until just these nodes are selected, in any order. */
const selects = (page, ids) =>
  page.waitForFunction(
    (wanted) => {
      const chosen = [...document.querySelectorAll(".react-flow__node.selected")].map((node) => node.dataset.id);
      return JSON.stringify(chosen.sort()) === wanted;
    },
    JSON.stringify([...ids].sort()),
  );

/** Where nodes are on the canvas, not the screen: [x, y] by id. */
const places = (page) =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll(".react-flow__node")].map((node) => {
        const { e, f } = new DOMMatrix(getComputedStyle(node).transform);
        return [node.dataset.id, [Math.round(e), Math.round(f)]];
      }),
    ),
  );

const differs = (one, other) => JSON.stringify(one) !== JSON.stringify(other);

/** Pairs of nodes that lie on each other, on the screen. */
const overlapping = (page) =>
  page.evaluate(() => {
    const boxes = [...document.querySelectorAll("article[data-node]")].map((node) => [
      node.dataset.node,
      node.getBoundingClientRect(),
    ]);
    const meet = ([, a], [, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes.flatMap((one, at) => boxes.slice(at + 1).flatMap((two) => (meet(one, two) ? [[one[0], two[0]]] : [])));
  });

/** What an element's ground looks like: red, green and blue. */
const paintOf = (locator) =>
  locator.evaluate((element) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = getComputedStyle(element).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  });

async function choose(page, ...ids) {
  const [first, ...more] = ids;
  await head(page, first).click();
  for (const id of more) await head(page, id).click({ modifiers: ["Shift"] });
  await selects(page, ids);
}

/** Wait until `check`, a function in the page of places, holds. */
async function placed(page, check, what) {
  for (const began = Date.now(); Date.now() - began < 30_000; ) {
    if (check(await places(page))) return;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.fail(`${what}: ${JSON.stringify(await places(page))}`);
}

test("a box takes what it encloses or touches, a lasso what lies in its loop, Shift adds", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const prompt = await flowNode(page, "prompt").boundingBox();
  const negative = await flowNode(page, "negative").boundingBox();
  const beside = { x: prompt.x - 6, y: prompt.y - 6 };
  // From the left to the right, around one node and into the next: what is enclosed.
  await page.keyboard.down("Shift");
  await drag(page, beside, { x: negative.x + negative.width + 6, y: negative.y + 20 });
  await page.keyboard.up("Shift");
  await selects(page, ["prompt"]);
  // From the right to the left: what is touched, but not the frame around it.
  await page.keyboard.press("Escape");
  await page.keyboard.down("Shift");
  await drag(page, { x: prompt.x + prompt.width + 6, y: negative.y + 20 }, beside);
  await page.keyboard.up("Shift");
  await selects(page, ["prompt", "negative"]);
  // A frame is taken when the box is around all of it, whichever way that is drawn.
  const say = await flowNode(page, "say").boundingBox();
  const corners = [
    { x: say.x + say.width + 6, y: say.y + say.height + 6 },
    { x: say.x - 6, y: say.y - 6 },
  ];
  for (const [from, to] of [corners, corners.toReversed()]) {
    await page.keyboard.press("Escape");
    await selects(page, []);
    await page.keyboard.down("Shift");
    await drag(page, from, to);
    await page.keyboard.up("Shift");
    await selects(page, ["say", "loader", "size", "prompt", "negative"]);
  }
  // A loop around both.
  await page.keyboard.press("Escape");
  await selects(page, []);
  const [left, right] = [negative.x - 8, negative.x + negative.width + 8];
  const [top, bottom] = [prompt.y - 8, negative.y + negative.height + 8];
  await page.keyboard.down("Control");
  await page.keyboard.down("Alt");
  await page.mouse.move(left, top);
  await page.mouse.down();
  for (const [x, y] of [
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top + 4],
  ]) {
    await page.mouse.move(x, y, { steps: 8 });
  }
  await page.mouse.up();
  await page.keyboard.up("Alt");
  await page.keyboard.up("Control");
  await selects(page, ["prompt", "negative"]);
  await head(page, "decode").click({ modifiers: ["Shift"] });
  await selects(page, ["prompt", "negative", "decode"]);
});

test("nodes are aligned, spread evenly and laid out, each in one step of undo", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const before = await places(page);
  await choose(page, "prompt", "sampler", "decode");
  await page.keyboard.press("Alt+w");
  await placed(page, (at) => at.prompt[1] === at.sampler[1] && at.sampler[1] === at.decode[1], "aligned at the top");
  await page.keyboard.press("Control+z");
  await placed(page, (at) => JSON.stringify(at) === JSON.stringify(before), "as before");
  await page.keyboard.press("Alt+Shift+h");
  const width = (id) => flowNode(page, id).evaluate((node) => node.offsetWidth);
  const [wide, middle] = [await width("prompt"), await width("sampler")];
  const even = ({ prompt, sampler, decode }) =>
    Math.abs(sampler[0] - (prompt[0] + wide) - (decode[0] - (sampler[0] + middle))) <= 1;
  await placed(page, even, "equal gaps");
  await page.keyboard.press("Control+z");
  // All of it: the layout shows itself first, Enter takes it.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("l");
  await page.keyboard.press("Enter");
  await placed(page, (at) => JSON.stringify(at) !== JSON.stringify(before), "laid out");
  assert.deepEqual(await overlapping(page), []);
  const document = await keeps(
    page,
    ({ nodes }) => nodes.some(({ id, position }) => differs(position, before[id])),
    "kept",
  );
  const across = Object.fromEntries(document.nodes.map(({ id, position }) => [id, position[0]]));
  const backwards = document.wires.filter(({ from, to }) => across[from[0]] >= across[to[0]]);
  assert.deepEqual(backwards, [], "every wire runs to the right");
  await page.keyboard.press("Control+z");
  await placed(page, (at) => JSON.stringify(at) === JSON.stringify(before), "back again");
});

test("a frame is put around the selection, named, moved with what stands in it, and taken off", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const frames = page.locator("[data-frame-title]");
  const count = await frames.count();
  await choose(page, "size");
  await page.keyboard.press("Control+g");
  await page.waitForFunction((least) => document.querySelectorAll("section h2, section input").length > least, count);
  await page.keyboard.type("How large");
  await page.keyboard.press("Enter");
  const title = frames.filter({ hasText: "How large" });
  await title.waitFor();
  const before = await places(page);
  const box = await title.boundingBox();
  const from = { x: box.x + 10, y: box.y + box.height / 2 };
  await drag(page, from, { x: from.x, y: from.y + 80 });
  await placed(page, (at) => at.size[1] > before.size[1], "moved with its frame");
  await page.keyboard.press("Control+z");
  await placed(page, (at) => at.size[1] === before.size[1], "back");
  // Taken off, it leaves what stands in it.
  await title.click();
  await page.locator(".react-flow__node-frame.selected").waitFor();
  await page.keyboard.press("Control+Shift+g");
  await title.waitFor({ state: "detached" });
  assert.equal(await frames.count(), count);
  assert.deepEqual((await places(page)).size, before.size);
  await page.keyboard.press("Control+z");
  await title.waitFor();
});

test("a node is collapsed, pinned, coloured and renamed; what is pinned stays", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const node = page.locator('[data-node="size"]');
  const tall = (await node.boundingBox()).height;
  await choose(page, "size");
  await page.keyboard.press("Alt+c");
  await page.waitForFunction(
    (height) => document.querySelector('[data-node="size"]').getBoundingClientRect().height < height / 2,
    tall,
  );
  await page.keyboard.press("Alt+c");
  await page.keyboard.press("p");
  await node.getByRole("img", { name: "Pin" }).or(node.locator("[aria-label=Pin]")).first().waitFor();
  const before = await places(page);
  await page.keyboard.press("Control+ArrowRight");
  const box = await head(page, "size").boundingBox();
  const grip = { x: box.x + 30, y: box.y + box.height / 2 };
  await drag(page, grip, { x: grip.x + 60, y: grip.y + 60 });
  assert.deepEqual((await places(page)).size, before.size, "pinned, it stays under the hand as under the keys");
  await page.keyboard.press("p");
  await page.keyboard.press("Control+ArrowRight");
  await placed(page, (at) => at.size[0] === before.size[0] + 8, "moved once, when it was free");
  await head(page, "size").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Green" }).click();
  await page.locator('[data-node="size"][data-tinted]').waitFor();
  const [red, green, blue] = await paintOf(node.locator("header"));
  assert.ok(green > red && green > blue, `green: ${[red, green, blue]}`);
  const plain = await paintOf(page.locator('[data-node="decode"] header'));
  assert.ok(Math.max(...plain) - Math.min(...plain) < green - Math.min(red, blue), `plain: ${plain}`);
  await keeps(page, (document) => nodeOf(document, "size").color === "green", "the colour is kept");
  await page.keyboard.press("F2");
  await page.keyboard.type("Canvas size");
  await page.keyboard.press("Enter");
  await node.getByRole("heading", { name: "Canvas size" }).waitFor();
});

test("the view fits all, fits the selection, goes to 100 %, and the minimap moves it", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const zoom = () => page.locator(".react-flow__viewport").evaluate((view) => new DOMMatrix(view.style.transform).a);
  const zooms = async (check) => {
    for (const began = Date.now(); Date.now() - began < 30_000; ) if (check(await zoom())) return;
    assert.fail(`zoom ${await zoom()}`);
  };
  await choose(page, "decode");
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("-");
  await zooms((now) => now < 1);
  const far = await zoom();
  await page.keyboard.press("f");
  await zooms((now) => now > far);
  const centre = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  const [[nodeX, nodeY], [midX, midY]] = [await centre(flowNode(page, "decode")), await centre(page.locator("main"))];
  assert.ok(
    Math.hypot(nodeX - midX, nodeY - midY) < 40,
    `the selection is in the middle: ${[nodeX, nodeY, midX, midY]}`,
  );
  await page.keyboard.press("-");
  await page.keyboard.press("Shift+Digit0");
  await zooms((now) => now === 1);
  await page.keyboard.press("Home");
  await page.waitForFunction(() => {
    const inside = ({ left, right, top, bottom }) =>
      left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    return [...document.querySelectorAll("article[data-node]")].every((node) => inside(node.getBoundingClientRect()));
  });
  const map = page.getByRole("img", { name: "Minimap" });
  if ((await map.count()) === 0) await page.keyboard.press("Alt+m");
  await map.waitFor();
  const before = await flowNode(page, "decode").boundingBox();
  const box = await map.boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await drag(page, middle, { x: middle.x + 30, y: middle.y + 10 });
  // The window of the map goes right and down, so what it shows goes left and up.
  await page.waitForFunction(
    ([id, x, y]) => {
      const now = document.querySelector(`.react-flow__node[data-id="${id}"]`).getBoundingClientRect();
      return now.x < x - 30 && now.y < y - 10;
    },
    ["decode", before.x, before.y],
  );
});

test("what is copied in one tab is pasted in another, with its wires from outside or without", async () => {
  const { page, context } = await openPage({ width: 1600, height: 900 });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const wires = () => page.locator(".react-flow__edge").count();
  const before = await wires();
  await choose(page, "decode");
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+Shift+v");
  await page.locator('[data-node="decode-2"]').waitFor();
  // Its two inputs come from where the first one's come from.
  await page.waitForFunction((old) => document.querySelectorAll(".react-flow__edge").length === old + 2, before);
  await page.keyboard.press("Alt+n");
  await page.locator("article[data-node]").first().waitFor({ state: "detached" });
  await page.keyboard.press("Control+v");
  await page.locator('[data-node="decode"]').waitFor();
  assert.equal(await wires(), 0);
});
