/** Nodes under a moving hand: copies, lines to snap to, frames joined or not, and wires shaken off. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { back, keeps, nodeOf } from "./edited.mjs";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

const frame = (page, id) => page.locator(`.react-flow__node[data-id="${id}"] section`);

/** Take a node by its title and carry it this far; `before` and `end`: what happens before and after the way. */
async function carry(page, id, [dx, dy], { before = async () => {}, end = async () => {} } = {}) {
  const box = await page.locator(`[data-node="${id}"] header`).boundingBox();
  const from = { x: box.x + 60, y: box.y + box.height / 2 };
  await before();
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  // A drag begins where the hand is when it has moved a little.
  await page.mouse.move(from.x + 2, from.y);
  await page.mouse.move(from.x + dx / 2, from.y + dy / 2, { steps: 6 });
  await page.mouse.move(from.x + dx, from.y + dy, { steps: 6 });
  await end(from);
  await page.mouse.up();
}

/** The document before anything, which the page keeps from the first edit on. */
async function begun(page) {
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Control+ArrowRight");
  await keeps(page, (now) => nodeOf(now, "size").position[0] === 32, "moved");
  await page.keyboard.press("Control+ArrowLeft");
  const document = await keeps(page, (now) => nodeOf(now, "size").position[0] === 24, "moved back");
  await page.keyboard.press("Escape");
  return document;
}

test("Alt and a drag leave the node where it is and bring a copy, in one step", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const before = await begun(page);
  await carry(page, "decode", [0, -64], { before: () => page.keyboard.down("Alt") });
  await page.keyboard.up("Alt");
  const [x, y] = nodeOf(before, "decode").position;
  const there = (document) => Math.abs((nodeOf(document, "decode-2")?.position[1] ?? y) - (y - 64)) < 12;
  const now = await keeps(page, there, "a copy where the hand let go");
  assert.deepEqual(nodeOf(now, "decode").position, [x, y]);
  assert.deepEqual(now.wires, before.wires, "the wires stay with the first");
  await page.locator('.react-flow__node.selected[data-id="decode-2"]').waitFor();
  await page.keyboard.press("Control+z");
  await back(page, before);
  assert.deepEqual(troubles, []);
});

test("Esc takes a drag back: the node is where it was, and so is a copy's original", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const before = await begun(page);
  const place = () => page.locator('[data-node="size"]').boundingBox();
  const at = await place();
  await carry(page, "size", [60, 120], { end: () => page.keyboard.press("Escape") });
  assert.deepEqual(await place(), at);
  await page.keyboard.down("Alt");
  await carry(page, "size", [60, 120], { end: () => page.keyboard.press("Escape") });
  await page.keyboard.up("Alt");
  await back(page, before);
  assert.deepEqual(await place(), at);
  assert.deepEqual(troubles, []);
});

test("a node that comes in line with others shows the line and keeps to it; with Alt it does not", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const before = await begun(page);
  const lines = page.locator("[data-guide]");
  // The decoder's top comes to that of the prompt.
  const rise = nodeOf(before, "prompt").position[1] - nodeOf(before, "decode").position[1];
  await carry(page, "decode", [160, rise + 3], {
    end: async () => {
      await page.locator('[data-guide="y"]').waitFor();
      await page.keyboard.down("Alt");
      await page.mouse.move(1500, 500, { steps: 3 });
      await page.waitForFunction(() => document.querySelectorAll("[data-guide]").length === 0);
      await page.keyboard.up("Alt");
      const head = await page.locator('[data-node="prompt"] header').boundingBox();
      await page.mouse.move(1384, head.y + head.height / 2 + 3, { steps: 3 });
      await page.locator('[data-guide="y"]').waitFor();
    },
  });
  const now = await keeps(page, (document) => nodeOf(document, "decode").position[0] > 1000, "moved");
  assert.equal(nodeOf(now, "decode").position[1], nodeOf(now, "prompt").position[1]);
  assert.equal(await lines.count(), 0, "the lines go with the drag");
  await page.keyboard.press("Control+z");
  await back(page, before);
});

test("F in a drag says whether a node joins the frame under it", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const before = await begun(page);
  const joined = () => frame(page, "noise").evaluate((element) => /joined/.test(element.className));
  const becomes = async (wanted) => {
    for (const began = Date.now(); (await joined()) !== wanted; ) assert.ok(Date.now() - began < 10_000);
  };
  const title = page.locator('.react-flow__node[data-id="noise"] [data-frame-title]');
  /** Move the middle frame down and up again: where does the node go? */
  const goesAlong = async () => {
    const at = async () => (await page.locator('[data-node="decode"]').boundingBox()).y;
    const [box, was] = [await title.boundingBox(), await at()];
    await page.mouse.move(box.x + 8, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 8, box.y + box.height / 2 + 48, { steps: 6 });
    await page.mouse.up();
    await page.waitForFunction(
      ([top]) => document.querySelector('[data-id="noise"] [data-frame-title]').getBoundingClientRect().top > top + 24,
      [box.y],
    );
    const moved = (await at()) - was > 24;
    await page.keyboard.press("Control+z");
    await page.waitForFunction(
      ([top]) => document.querySelector('[data-id="noise"] [data-frame-title]').getBoundingClientRect().top < top + 1,
      [box.y],
    );
    return moved;
  };
  // Over the frame it would join; F says no, F again yes, and once more no.
  await carry(page, "decode", [-312, 200], {
    end: async () => {
      await becomes(true);
      await page.keyboard.press("f");
      await becomes(false);
      await page.keyboard.press("f");
      await becomes(true);
      await page.keyboard.press("f");
      await becomes(false);
    },
  });
  const out = await keeps(page, (now) => nodeOf(now, "decode").unframed === true, "kept out");
  assert.ok(nodeOf(out, "decode").position[0] < 700);
  assert.equal(await goesAlong(), false, "the frame moves without it");
  // Dropped there again it joins, and goes along.
  await carry(page, "decode", [0, 16], { end: () => becomes(true) });
  await keeps(page, (now) => nodeOf(now, "decode").unframed === undefined, "joined");
  assert.equal(await goesAlong(), true, "the frame takes it along");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await back(page, before);
  assert.deepEqual(troubles, []);
});

test("a shaken node comes out of its wires, once that is chosen in the settings", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const before = await begun(page);
  const shake = () =>
    carry(page, "sampler", [0, 40], {
      end: async (from) => {
        for (const dx of [60, -60, 60, -60, 60, 0]) await page.mouse.move(from.x + dx, from.y + 40, { steps: 2 });
      },
    });
  // A hand that trembles loses nothing as long as nobody asked for it.
  await shake();
  const still = await keeps(page, (now) => nodeOf(now, "sampler").position[1] > 56, "moved");
  assert.deepEqual(still.wires, before.wires);
  await page.keyboard.press("Control+z");
  await back(page, before);
  await page.keyboard.press("Control+,");
  const dialog = page.getByRole("dialog").filter({ has: page.getByRole("tablist") });
  await dialog.getByRole("tab", { name: "Canvas and runs" }).click();
  const setting = dialog.getByRole("switch", { name: "Shake to take out" });
  assert.equal(await setting.isChecked(), false);
  await setting.check();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await shake();
  const now = await keeps(page, (document) => nodeOf(document, "sampler").position[1] > 56, "moved");
  assert.deepEqual(
    now.wires.filter(({ from, to }) => from[0] === "sampler" || to[0] === "sampler"),
    [],
  );
  assert.ok(
    now.wires.some(({ from, to }) => from[0] === "size" && to[0] === "decode"),
    "the gap is closed",
  );
  await page.keyboard.press("Control+z");
  await back(page, before);
  assert.deepEqual(troubles, []);
});
