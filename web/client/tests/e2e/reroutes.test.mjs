/** Dots on wires, as a person puts, moves and removes them. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keeps } from "./edited.mjs";
import { closeBrowser, drag, openPage, waitForRun, wires } from "./studio.mjs";

after(closeBrowser);

const dots = (page) => page.locator("[data-reroute]");

/** A place on a wire where nothing lies over it. */
async function onWire(page, text) {
  return page.locator(`.react-flow__edge[data-id*="${text}"]`).evaluate((group) => {
    const path = group.querySelector("path");
    const length = path.getTotalLength();
    const matrix = path.getScreenCTM();
    for (let part = 10; part < 40; part += 1) {
      const { x, y } = path.getPointAtLength((length * part) / 40).matrixTransform(matrix);
      if (group.contains(document.elementFromPoint(x, y))) return { x, y };
    }
    throw new Error("the wire is hidden");
  });
}

test("Alt and a click put a dot on a wire; it is dragged, deleted, brought back, and the graph still runs", async () => {
  const { page, troubles } = await openPage();
  const before = await wires(page);
  const at = await onWire(page, "samples");
  await page.keyboard.down("Alt");
  await page.mouse.click(at.x, at.y);
  await page.keyboard.up("Alt");
  await page.locator(".react-flow__node.selected [data-reroute]").waitFor();
  const box = await dots(page).boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  assert.ok(Math.hypot(middle.x - at.x, middle.y - at.y) < 12, "the dot lies where the click was");
  const line = () => page.locator('.react-flow__edge[data-id*="samples"] path').first().getAttribute("d");
  const straight = await line();
  await drag(page, middle, { x: middle.x, y: middle.y + 120 });
  await page.waitForFunction(
    (d) => document.querySelector('.react-flow__edge[data-id*="samples"] path').getAttribute("d") !== d,
    straight,
  );
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await dots(page).click();
  await page.keyboard.press("Delete");
  await dots(page).waitFor({ state: "detached" });
  assert.equal(await wires(page), before);
  await page.keyboard.press("Control+z");
  await dots(page).waitFor();
  assert.deepEqual(troubles, []);
});

test("Shift and the right button draw a stroke: wires of one output meet in one dot", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  /** Where the wires from the model's text encoder cross a line down between the columns, and the others there. */
  const across = await page.evaluate(() => {
    const right = document.querySelector('[data-node="loader"]').getBoundingClientRect().right;
    const left = document.querySelector('[data-node="prompt"]').getBoundingClientRect().left;
    const x = (left + right) / 2;
    const heights = [...document.querySelectorAll('.react-flow__edge[data-id*="CLIP"] path.react-flow__edge-path')].map(
      (path) => {
        const matrix = path.getScreenCTM();
        for (let at = 0; ; at += 1) {
          const point = path.getPointAtLength(at).matrixTransform(matrix);
          if (point.x >= x) return point.y;
        }
      },
    );
    return { x, heights: heights.sort((a, b) => a - b) };
  });
  assert.equal(across.heights.length, 2);
  const [top, bottom] = across.heights;
  await page.keyboard.down("Shift");
  await page.mouse.move(across.x, top - 12);
  await page.mouse.down({ button: "right" });
  await page.mouse.move(across.x, bottom + 12, { steps: 8 });
  await page.mouse.up({ button: "right" });
  await page.keyboard.up("Shift");
  await dots(page).first().waitFor();
  assert.equal(await dots(page).count(), 1);
  const [dot] = (await keeps(page, (now) => now.reroutes?.length === 1, "one dot")).reroutes;
  const { wires: all } = await keeps(page, (now) => now.wires.some((wire) => wire.via), "wires through it");
  const through = all.filter((wire) => JSON.stringify(wire.via) === JSON.stringify([dot.id]));
  assert.deepEqual(
    through.map(({ from, to }) => [from.join(" "), to[0]]),
    [
      ["loader CLIP", "prompt"],
      ["loader CLIP", "negative"],
    ],
  );
  // What is drawn goes through it as well.
  const at = await dots(page).boundingBox();
  const middle = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
  const far = await page.evaluate(({ x, y }) => {
    const paths = document.querySelectorAll('.react-flow__edge[data-id*="CLIP"] path.react-flow__edge-path');
    return [...paths].map((path) => {
      const matrix = path.getScreenCTM();
      const steps = Array.from({ length: 400 }, (_, step) =>
        path.getPointAtLength((path.getTotalLength() * step) / 400).matrixTransform(matrix),
      );
      return Math.min(...steps.map((point) => Math.hypot(point.x - x, point.y - y)));
    });
  }, middle);
  assert.ok(far.length === 2 && far.every((distance) => distance < 4), `${far}`);
});

test("a double click on a wire puts a dot there", async () => {
  const { page } = await openPage();
  const at = await onWire(page, "samples");
  await page.mouse.dblclick(at.x, at.y);
  await page.locator(".react-flow__node.selected [data-reroute]").waitFor();
  const box = await dots(page).boundingBox();
  assert.ok(Math.hypot(box.x + box.width / 2 - at.x, box.y + box.height / 2 - at.y) < 12);
  const now = await keeps(page, (document) => document.reroutes?.length === 1, "one dot");
  const on = now.wires.filter((wire) => wire.via?.[0] === now.reroutes[0].id);
  assert.deepEqual(
    on.map(({ from, to }) => [from[0], to[0]]),
    [["sampler", "decode"]],
  );
  assert.equal(await page.getByRole("dialog").count(), 0, "no palette opens");
});

test("the wire's menu adds a dot", async () => {
  const { page } = await openPage();
  const at = await onWire(page, "samples");
  await page.mouse.click(at.x, at.y, { button: "right" });
  await page.getByRole("menuitem", { name: "Add a reroute" }).click();
  await dots(page).waitFor();
});
