/** Building a graph on a tablet: every step by finger. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, nodes, socketAt, wires } from "./studio.mjs";
import { middle, openTouch } from "./touch.mjs";

after(closeBrowser);

/** Empty canvas between the first nodes, in a window of 1024 by 768. */
const EMPTY = { x: 480, y: 110 };
const gone = { state: "detached" };
const edge = (page, from, to) => page.locator(`.react-flow__edge[data-id='${JSON.stringify([from, to])}']`);
const head = (page, node) => page.locator(`[data-node="${node}"] h3`);
const zoom = (page) =>
  page.evaluate(() => new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport")).transform).a);

/** Wait until a reading is as wanted. */
async function until(page, read, wanted) {
  const end = Date.now() + 15_000;
  while (!(await wanted(await read()))) {
    assert.ok(Date.now() < end, `it stayed ${JSON.stringify(await read())}`);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}

const item = (page, name) => page.getByRole("menuitem", { name });

test("one finger pans, two zoom, and neither changes the workflow", async () => {
  const { page, hand, troubles } = await openTouch();
  const before = await middle(head(page, "size"));
  await hand.drag(EMPTY, { x: EMPTY.x - 60, y: EMPTY.y + 40 });
  await until(
    page,
    () => middle(head(page, "size")),
    ({ x, y }) => Math.abs(x - before.x + 60) < 12 && Math.abs(y - before.y - 40) < 12,
  );
  const near = await zoom(page);
  await hand.pinch(EMPTY, 60, 240);
  await until(
    page,
    () => zoom(page),
    (now) => now > near * 1.5,
  );
  const far = await zoom(page);
  await hand.pinch(EMPTY, 240, 60);
  await until(
    page,
    () => zoom(page),
    (now) => now < far / 1.5,
  );
  assert.ok(await page.getByRole("button", { name: "Menu", exact: true }).isVisible());
  assert.deepEqual(troubles, []);
});

test("a double tap opens the search, a tap adds; a drag moves the node; the menu undoes", async () => {
  const { page, hand, troubles } = await openTouch();
  const before = await nodes(page);
  await hand.doubleTap(EMPTY);
  const search = page.getByRole("combobox", { name: "Search nodes" });
  await search.waitFor();
  await search.fill("invert");
  await page.locator('[role="option"]').first().tap();
  const node = page.locator('[data-node="imageinvert"]');
  await node.waitFor();
  const from = await middle(node.locator("h3"));
  await hand.drag(from, { x: from.x + 120, y: from.y + 80 });
  await until(
    page,
    () => middle(node.locator("h3")),
    ({ x }) => x > from.x + 90,
  );
  const undo = page.getByRole("button", { name: /^Undo/ });
  await undo.tap();
  await until(
    page,
    () => middle(node.locator("h3")),
    ({ x }) => x < from.x + 30,
  );
  await undo.tap();
  await node.waitFor(gone);
  assert.equal(await nodes(page), before);
  assert.deepEqual(troubles, []);
});

test("two taps connect two sockets; a drag from a socket draws a wire, and dropped on nothing asks for a node", async () => {
  const { page, hand, troubles } = await openTouch();
  const count = await wires(page);
  await hand.tap(await socketAt(page, "negative", "output", "CONDITIONING"));
  await page.locator('[data-node="negative"] [data-side="output"][aria-pressed="true"]').waitFor();
  await hand.tap(await socketAt(page, "sampler", "input", "positive"));
  await edge(page, ["negative", "CONDITIONING"], ["sampler", "positive"]).waitFor({ state: "attached" });
  assert.equal(await wires(page), count);
  await hand.drag(
    await socketAt(page, "prompt", "output", "CONDITIONING"),
    await socketAt(page, "sampler", "input", "negative"),
  );
  await edge(page, ["prompt", "CONDITIONING"], ["sampler", "negative"]).waitFor({ state: "attached" });
  await hand.drag(await socketAt(page, "size", "output", "LATENT"), EMPTY);
  const search = page.locator('input[role="combobox"]');
  await search.waitFor();
  await page.keyboard.press("Escape");
  await search.waitFor(gone);
  assert.deepEqual(troubles, []);
});

test("a tap on a wire shows its +, which offers nodes that fit there", async () => {
  const { page, hand, troubles } = await openTouch();
  const wire = edge(page, ["sampler", "LATENT"], ["decode", "samples"]);
  const at = await wire.evaluate((group) => {
    const path = group.querySelector("path.react-flow__edge-path");
    // Its middle, where the + will be.
    const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
    return { x: point.x, y: point.y };
  });
  const search = page.locator('input[role="combobox"]');
  await hand.tap(at);
  const plus = page.locator("[data-wire-plus]");
  await plus.waitFor();
  assert.equal(await search.count(), 0);
  await hand.tap(await middle(plus));
  await search.waitFor();
  await search.fill("upscale latent");
  await page.locator('[role="option"]').first().tap();
  await wire.waitFor(gone);
  assert.deepEqual(troubles, []);
});

test("a resting finger opens the menu of a node, which duplicates and deletes; one on the canvas, its own", async () => {
  const { page, hand, troubles } = await openTouch();
  const before = await nodes(page);
  await hand.press(await middle(head(page, "size")));
  await item(page, /^Duplicate/).tap();
  await until(
    page,
    () => nodes(page),
    (now) => now === before + 1,
  );
  await hand.press(await middle(head(page, "sampler")));
  await item(page, /^Delete/)
    .first()
    .tap();
  await page.locator('[data-node="sampler"]').waitFor(gone);
  await hand.press(EMPTY);
  await item(page, /^Undo/).tap();
  await page.locator('[data-node="sampler"]').waitFor();
  assert.deepEqual(troubles, []);
});

test("with the tool for selecting, a finger draws a box; what is in it gets a toolbar", async () => {
  const { page, hand, troubles } = await openTouch();
  await hand.press(EMPTY);
  await item(page, /^Select tool/).tap();
  const [a, b] = [
    await page.locator('[data-node="loader"]').boundingBox(),
    await page.locator('[data-node="negative"]').boundingBox(),
  ];
  await hand.drag({ x: b.x + b.width + 20, y: b.y + b.height + 6 }, { x: a.x + 100, y: a.y - 10 });
  await until(
    page,
    () => page.locator(".react-flow__node.selected article").count(),
    (now) => now === 4,
  );
  await page.getByRole("toolbar", { name: "Arrange the selected nodes" }).waitFor();
  const near = await zoom(page);
  await hand.pinch(EMPTY, 60, 240);
  await until(
    page,
    () => zoom(page),
    (now) => now > near * 1.5,
  );
  await hand.press(EMPTY);
  await item(page, /^Hand tool/).tap();
  assert.deepEqual(troubles, []);
});
