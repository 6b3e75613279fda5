import assert from "node:assert/strict";
import { after, test } from "node:test";
import { document as large } from "../../../../benchmarks/canvas/graphs.mjs";
import { closeBrowser, dropFile, openPage } from "./studio.mjs";

after(closeBrowser);

const COUNT = 200;
const WIRES = large(COUNT).wires.length;

async function open() {
  const opened = await openPage();
  await dropFile(opened.page, Buffer.from(JSON.stringify(large(COUNT))), "grid.json", "application/json");
  await opened.page.waitForFunction((count) => document.querySelectorAll("[data-node]").length === count, COUNT);
  return opened;
}

/** How many wires take part in the layout, and how many nodes are painted. */
const drawn = () => {
  const wires = [...document.querySelectorAll(".react-flow__edge")];
  return {
    wires: wires.filter((wire) => getComputedStyle(wire).display !== "none").length,
    nodes: document.querySelectorAll(".react-flow__node:not([data-away])").length,
  };
};

/** Ask again until `enough` is content: the page looks what is in view a few times a second. */
async function until(page, enough) {
  let now;
  for (let look = 0; look < 200; look += 1) {
    now = await page.evaluate(drawn);
    if (enough(now)) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`still ${JSON.stringify(now)}`);
}

test("what is far outside the view is not painted, and all of it is when all is in view", async () => {
  const { page, troubles } = await open();
  await page.keyboard.press("Shift+0");
  await until(page, ({ wires, nodes }) => wires > 0 && wires < WIRES / 2 && nodes > 0 && nodes < COUNT / 2);
  await page.keyboard.press("Shift+1");
  await until(page, ({ wires, nodes }) => wires === WIRES && nodes === COUNT);
  assert.deepEqual(troubles, []);
});

/**
 * Turn the wheel `turns` times, at every third frame. Answers the levels of detail that were drawn meanwhile in the middle of the
 * view, and the longest time between two turns.
 */
function zoomInQuickly(page, turns) {
  return page.evaluate(async (count) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const [x, y] = [innerWidth / 2, innerHeight / 2];
    const levels = new Set();
    const note = () => {
      for (const node of document.querySelectorAll("[data-node]")) {
        const box = node.getBoundingClientRect();
        if (box.left < x && box.right > x - 200 && box.top < y && box.bottom > y - 200) levels.add(node.dataset.detail);
      }
    };
    let [longest, last] = [0, await frame()];
    for (let turn = 0; turn < count; turn += 1) {
      const init = { deltaY: -120, clientX: x, clientY: y, bubbles: true, cancelable: true };
      document.querySelector(".react-flow__pane").dispatchEvent(new WheelEvent("wheel", init));
      await frame();
      note();
      await frame();
      note();
      const now = await frame();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return { levels: [...levels], longest };
  }, turns);
}

test("levels of detail that a quick zoom passes are not drawn, and where it ends nodes are drawn in full", async () => {
  const { page, troubles } = await open();
  for (let tries = 0; ; tries += 1) {
    await page.keyboard.press("Shift+1");
    await page.waitForFunction(() => document.querySelector('[data-detail="full"], [data-detail="text"]') === null);
    await page.waitForTimeout(400);
    const before = await page.evaluate(() => document.querySelector("[data-node]").dataset.detail);
    const { levels, longest } = await zoomInQuickly(page, 14);
    await page.waitForFunction(() => document.querySelector('[data-detail="full"]') !== null);
    // A machine that stops for a moment in between has let the hand rest: then levels are drawn, rightly.
    if (longest > 100 && tries < 20) continue;
    assert.ok(
      levels.every((level) => level === before),
      `drawn on the way: ${levels}`,
    );
    break;
  }
  assert.deepEqual(troubles, []);
});

test("nothing in a node moves on a layer of its own, which would make layers of all nodes after it", async () => {
  const { page, troubles } = await openPage();
  await page.waitForFunction(() => document.querySelector('[data-detail="full"] [data-socket]') !== null);
  const layered = await page.evaluate(() => {
    const own = /transform|translate|scale|rotate|opacity|filter|^all$/;
    const found = new Set();
    for (const element of document.querySelectorAll(".react-flow__viewport *")) {
      for (const part of ["", "::before", "::after"]) {
        const { transitionProperty, transitionDuration, animationName } = getComputedStyle(element, part);
        const moves =
          parseFloat(transitionDuration) > 0 && transitionProperty.split(", ").some((name) => own.test(name));
        if (moves || animationName !== "none") found.add(`${element.className}${part}`);
      }
    }
    return [...found];
  });
  assert.deepEqual(layered, []);
  assert.deepEqual(troubles, []);
});

/** A point of the canvas that nothing covers. */
function emptyPoint(page) {
  return page.evaluate(() => {
    for (let y = 80; y < 640; y += 10) {
      for (let x = 80; x < 1_000; x += 10) {
        if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
      }
    }
    throw new Error("no empty canvas in view");
  });
}

/** Where something stands once the view has come to rest. */
async function settled(page, place) {
  let last = await place();
  for (let look = 0; look < 100; look += 1) {
    await page.waitForTimeout(150);
    const now = await place();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
  assert.fail("the view never comes to rest");
}

test("a pan moves the picture under the hand, and what comes into view can be used at once", async () => {
  const { page, troubles } = await open();
  await page.keyboard.press("Shift+0");
  // The node that is watched, wherever it is.
  const place = () => page.locator('[data-node="n0"]').boundingBox();
  const before = await settled(page, place);
  const pane = await emptyPoint(page);
  await page.mouse.move(pane.x, pane.y);
  await page.mouse.down();
  await page.mouse.move(pane.x - 30, pane.y - 20, { steps: 5 });
  const during = await place();
  assert.deepEqual([during.x - before.x, during.y - before.y].map(Math.round), [-30, -20]);
  await page.mouse.move(pane.x - 300, pane.y - 200, { steps: 20 });
  await page.mouse.up();
  // The store was told where the view is: a node added by double click stands under the pointer.
  const spot = await emptyPoint(page);
  await page.mouse.dblclick(spot.x, spot.y);
  await page.keyboard.type("EmptyLatentImage");
  await page.keyboard.press("Enter");
  const added = page.locator("article[data-node]").last();
  await added.locator("[data-widget]").first().waitFor();
  const box = await added.boundingBox();
  assert.ok(
    spot.x >= box.x - 8 && spot.x <= box.x + box.width && Math.abs(spot.y - box.y) < box.height,
    JSON.stringify({ spot, box }),
  );
  assert.deepEqual(troubles, []);
});

/** Where nodes are on the screen. */
const places = (page, ids) =>
  page.evaluate((wanted) => {
    const at = (element) => {
      const { x, y } = element.getBoundingClientRect();
      return [Math.round(x), Math.round(y)];
    };
    return wanted.map((id) => at(document.querySelector(`[data-node="${id}"]`)));
  }, ids);

/** The same place, but for rounding. */
function near(one, other) {
  assert.ok(
    one.every((value, axis) => Math.abs(value - other[axis]) <= 1),
    JSON.stringify({ one, other }),
  );
}

const by = ([x, y], dx, dy) => [x + dx, y + dy];

test("most of the canvas is dragged: what is not selected stays, and one undo takes all of it back", async () => {
  const { page, troubles } = await open();
  await page.keyboard.press("Shift+1");
  await until(page, ({ nodes }) => nodes === COUNT);
  await page.locator('[data-node="n0"]').hover();
  await settled(page, () => places(page, ["n0", "n199"]));
  await page.keyboard.press("Control+a");
  await page.waitForFunction((n) => document.querySelectorAll(".react-flow__node.selected").length === n, COUNT);
  const box = (id) => page.locator(`[data-node="${id}"]`).boundingBox();
  const one = await box("n0");
  await page.keyboard.down("Shift");
  await page.mouse.click(one.x + one.width / 2, one.y + one.height / 2);
  await page.keyboard.up("Shift");
  await page.waitForFunction((n) => document.querySelectorAll(".react-flow__node.selected").length === n, COUNT - 1);
  const ids = ["n0", "n1", "n120"];
  const before = await places(page, ids);
  const held = await box("n120");
  await page.mouse.move(held.x + held.width / 2, held.y + held.height / 2);
  await page.mouse.down();
  await page.mouse.move(held.x + held.width / 2 + 64, held.y + held.height / 2 + 48, { steps: 8 });
  const during = await places(page, ids);
  assert.deepEqual(during[0], before[0]);
  const [dx, dy] = [during[2][0] - before[2][0], during[2][1] - before[2][1]];
  assert.ok(dx > 40 && dx < 80 && dy > 30 && dy < 60, JSON.stringify({ dx, dy }));
  near(during[1], by(before[1], dx, dy));
  await page.mouse.up();
  const after = await settled(page, () => places(page, ids));
  for (const [at, place] of after.entries()) near(place, during[at]);
  await page.keyboard.press("Control+z");
  await page.waitForFunction(
    ([id, x]) => Math.abs(document.querySelector(`[data-node="${id}"]`).getBoundingClientRect().x - x) <= 1,
    ["n120", before[2][0]],
  );
  for (const [at, place] of (await settled(page, () => places(page, ids))).entries()) near(place, before[at]);
  assert.deepEqual(troubles, []);
});
