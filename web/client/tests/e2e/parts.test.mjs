/** Running a part of a workflow, and what a bypassed or muted node does to a run. Nothing here is painted. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, dropFile, get, openPage, waitForRun } from "./studio.mjs";

after(closeBrowser);

const node = (id, type, x, y, widgets = {}) => ({ id, type, position: [x, y], widgets });
const blank = (id, y, color) => node(id, "EmptyImage", 0, y, { width: 64, height: 64, color });

/** A plain picture, inverted, cut and shown; beside it another, shown as it is. The colour makes it new. */
function plain() {
  return {
    noiseloom: 2,
    id: "parts",
    title: "Parts",
    nodes: [
      blank("red", 0, 1 + Math.floor(Math.random() * 16_777_000)),
      node("invert", "ImageInvert", 340, 0),
      node("shown", "PreviewImage", 680, 0),
      blank("blue", 400, 1 + Math.floor(Math.random() * 16_777_000)),
      node("aside", "PreviewImage", 680, 400),
      node("loose", "ImageInvert", 340, 400),
    ],
    wires: [
      { from: ["red", "IMAGE"], to: ["invert", "image"] },
      { from: ["invert", "IMAGE"], to: ["shown", "images"] },
      { from: ["blue", "IMAGE"], to: ["aside", "images"] },
      { from: ["blue", "IMAGE"], to: ["loose", "image"] },
    ],
  };
}

async function open(document = plain()) {
  const opened = await openPage({ width: 1600, height: 900 });
  await dropFile(opened.page, Buffer.from(JSON.stringify(document)), "parts.json", "application/json");
  await opened.page.locator('[data-node="shown"]').waitFor();
  return opened;
}

const head = (page, id) => page.locator(`[data-node="${id}"] h3`);
// The name goes on with the key.
const menuItem = (page, name) => page.getByRole("menuitem", { name: new RegExp(`^${name}`) });

async function choose(page, id, name) {
  await head(page, id).click({ button: "right" });
  await menuItem(page, name).click();
}

/** Do something that runs; answers the job as it was asked for, once it is over. */
async function ran(page, act, states = ["succeeded"]) {
  const asked = page.waitForRequest((request) => request.method() === "POST" && /\/jobs$/.test(request.url()));
  await act();
  const wish = JSON.parse((await asked).postData());
  await page.waitForFunction(
    async ({ id, ends }) => ends.includes((await (await fetch(`/api/v1/jobs/${id}`)).json()).state),
    { id: wish.id, ends: states },
  );
  await waitForRun(page, states);
  return wish;
}

/** What the heads of nodes say of the run: "ran", "cached" or nothing. */
const fates = (page, ids) =>
  Promise.all(
    ids.map(async (id) => {
      const words = await page.locator(`[data-node="${id}"] header`).innerText();
      return /\d\.\d s/.test(words) ? "ran" : /cached/.test(words) ? "cached" : "";
    }),
  );

test("run from the selection runs the outputs it feeds with what they need, and no other output", async () => {
  const { page, troubles } = await open();
  const all = ["red", "invert", "shown", "blue", "aside"];
  const { targets } = await ran(page, () => choose(page, "red", "Run from the selection"));
  assert.deepEqual(targets, ["shown"]);
  assert.deepEqual(await fates(page, all), ["ran", "ran", "ran", "", ""]);
  await page.locator('[data-node="shown"] img').waitFor();
  assert.equal(await page.locator('[data-node="aside"] img').count(), 0);

  // By the palette, from the middle: what is above comes from the cache.
  await page.locator('[data-node="red"] [data-widget="width"]').fill("72");
  await page.keyboard.press("Tab");
  await ran(page, () => choose(page, "invert", "Run up to the selection"));
  await head(page, "invert").click();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("run from");
  await ran(page, () => page.keyboard.press("Enter"));
  assert.deepEqual(await fates(page, all), ["cached", "cached", "ran", "", ""]);

  // What feeds no output says so, and nothing is sent.
  const before = (await get("/api/v1/jobs?limit=1")).jobs[0].id;
  await choose(page, "loose", "Run from the selection");
  await page.getByText("Nothing that the selection feeds makes an output").first().waitFor();
  assert.equal((await get("/api/v1/jobs?limit=1")).jobs[0].id, before);
  assert.deepEqual(troubles, []);
});

test("up to and from work on a sub-graph and inside it", async () => {
  const { page, troubles } = await open();
  await head(page, "red").click();
  await head(page, "invert").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+Shift+E");
  const instance = page.locator('article[data-node="sub-graph"]');
  await instance.waitFor();
  const upTo = await ran(page, () => choose(page, "sub-graph", "Run up to the selection"));
  assert.deepEqual(upTo.targets, ["sub-graph:invert"]);
  assert.deepEqual(await fates(page, ["sub-graph", "shown", "aside"]), ["ran", "", ""]);
  await instance.locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await page.locator('[data-node="red"]').waitFor();
  const inner = await ran(page, () => choose(page, "red", "Run up to the selection"));
  assert.deepEqual(inner.targets, ["sub-graph:red"]);
  const from = await ran(page, () => choose(page, "red", "Run from the selection"));
  assert.deepEqual(from.targets, ["shown"]);
  assert.deepEqual(await fates(page, ["red", "invert"]), ["cached", "cached"]);
  await page.keyboard.press("Alt+ArrowUp");
  await page.locator('[data-node="shown"] img').waitFor();
  assert.deepEqual(await fates(page, ["shown", "aside"]), ["ran", ""]);
  assert.deepEqual(troubles, []);
});

/** What the server made of a job: its nodes in run form. */
const graphOf = async ({ id }) => (await get(`/history/${id}`))[id].prompt[2];

test("a bypassed node passes on what comes in and does not run; a muted one stops what needs it", async () => {
  const { page, troubles } = await open();
  const all = ["red", "invert", "shown", "blue", "aside"];
  await head(page, "invert").click();
  await page.keyboard.press("Control+b");
  const bypassed = await ran(page, () => page.keyboard.press("Control+Enter"));
  assert.equal(bypassed.workflow.nodes.find(({ id }) => id === "invert").mode, "bypassed");
  const graph = await graphOf(bypassed);
  assert.equal(graph.invert, undefined);
  assert.deepEqual(graph.shown.inputs.images, ["red", 0]);
  assert.deepEqual(await fates(page, all), ["ran", "", "ran", "ran", "ran"]);
  const color = () => middleColor(page.locator('[data-node="shown"] img'));
  const plainColor = await color();

  // Taken back, it inverts again.
  await head(page, "invert").click();
  await page.keyboard.press("Control+b");
  await ran(page, () => page.keyboard.press("Control+Enter"));
  assert.deepEqual(await fates(page, all), ["cached", "ran", "ran", "cached", "cached"]);
  for (const [at, value] of (await color()).entries()) assert.ok(Math.abs(value + plainColor[at] - 255) <= 3);

  await head(page, "invert").click();
  await page.keyboard.press("Control+m");
  await page.locator('[data-node="shown"] header', { hasText: "will not run" }).waitFor();
  assert.doesNotMatch(await page.locator('[data-node="aside"] header').innerText(), /will not run/);
  await page.locator('[data-node="blue"] [data-widget="width"]').fill("72");
  await page.keyboard.press("Tab");
  await head(page, "aside").click();
  const other = await ran(page, () => page.keyboard.press("Shift+Enter"));
  assert.deepEqual(await fates(page, ["blue", "aside"]), ["ran", "ran"]);
  assert.equal((await graphOf(other)).invert, undefined);
  // All of it is refused in words, at the node that lacks something.
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-node="shown"] [data-code="wire.source_muted"]').waitFor();
  await head(page, "invert").click();
  await page.keyboard.press("Control+m");
  await page.locator('[data-node="shown"] header', { hasText: "will not run" }).waitFor({ state: "detached" });
  // From the beginning of a path all of it is faint, and nothing of the other.
  const opacity = (from, to) =>
    page
      .locator(`.react-flow__edge[data-id='${JSON.stringify([from, to])}']`)
      .evaluate((wire) => getComputedStyle(wire).opacity);
  await head(page, "red").click();
  await page.keyboard.press("Control+m");
  for (const id of ["invert", "shown"]) {
    await page.locator(`[data-node="${id}"] header`, { hasText: "will not run" }).waitFor();
  }
  assert.equal(await opacity(["invert", "IMAGE"], ["shown", "images"]), "0.4");
  assert.equal(await opacity(["blue", "IMAGE"], ["aside", "images"]), "1");
  assert.deepEqual(troubles, []);
});

/** Red, green and blue in the middle of a picture. */
async function middleColor(picture) {
  return picture.evaluate(async (img) => {
    await img.decode();
    const canvas = new OffscreenCanvas(img.naturalWidth, img.naturalHeight);
    const draw = canvas.getContext("2d");
    draw.drawImage(img, 0, 0);
    return [...draw.getImageData(img.naturalWidth >> 1, img.naturalHeight >> 1, 1, 1).data].slice(0, 3);
  });
}

test("a frame's menu notes, fits, selects, runs, bypasses and mutes its nodes, and makes them a sub-graph", async () => {
  const document = {
    ...plain(),
    frames: [{ id: "f", title: "Above", note: "", bounds: [-40, -80, 1100, 420], color: null }],
  };
  const { page, troubles } = await open(document);
  const act = async (name) => {
    await page.locator("[data-frame-title]").click({ button: "right" });
    await menuItem(page, name).click();
  };
  const mine = ["red", "invert", "shown"];
  const chips = (words) =>
    Promise.all(mine.map((id) => page.locator(`[data-node="${id}"] header`, { hasText: words }).waitFor()));
  await act("Write a note");
  await page.keyboard.type("all of it is above");
  await page.keyboard.press("Enter");
  await page.locator("section p", { hasText: "all of it is above" }).waitFor();

  const frame = page.locator("section", { has: page.locator("[data-frame-title]") });
  const width = await frame.evaluate((section) => section.offsetWidth);
  await head(page, "shown").click();
  for (let times = 0; times < 6; times += 1) await page.keyboard.press("Control+ArrowLeft");
  await act("Fit to its nodes");
  await page.waitForFunction(
    (before) => document.querySelector("section:has([data-frame-title])").offsetWidth !== before,
    width,
  );
  await act("Select its nodes");
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll(".react-flow__node.selected")]
        .map(({ dataset }) => dataset.id)
        .sort()
        .join() === wanted,
    [...mine].sort().join(),
  );

  const { targets } = await ran(page, () => act("Run its nodes"));
  assert.deepEqual([...targets].sort(), [...mine].sort());
  assert.deepEqual(await fates(page, [...mine, "aside"]), ["ran", "ran", "ran", ""]);

  await act("Bypass its nodes");
  await chips("bypass");
  await act("Mute its nodes");
  await chips("muted");
  await act("Run its nodes");
  await page.getByText("Nothing of the selection can run").first().waitFor();
  await act("Mute its nodes");
  await page.locator('[data-node="red"] header', { hasText: "muted" }).waitFor({ state: "detached" });

  await act("Make a sub-graph");
  await page.locator('article[data-node="sub-graph"]').waitFor();
  for (const id of mine) assert.equal(await page.locator(`[data-node="${id}"]`).count(), 0);
  assert.equal(await page.locator('[data-node="aside"]').count(), 1);
  await page.keyboard.press("Control+z");
  await head(page, "red").waitFor();
  await act("Remove the frame");
  await page.locator("[data-frame-title]").waitFor({ state: "detached" });
  assert.equal(await page.locator("article[data-node]").count(), 6);
  assert.deepEqual(troubles, []);
});
