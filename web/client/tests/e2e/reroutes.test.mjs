/** Dots on wires, as a person puts, moves and removes them. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
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
  const { page } = await openPage();
  const at = await onWire(page, "samples");
  await page.keyboard.down("Shift");
  await page.mouse.move(at.x, at.y - 40);
  await page.mouse.down({ button: "right" });
  await page.mouse.move(at.x, at.y + 20, { steps: 8 });
  await page.mouse.up({ button: "right" });
  await page.keyboard.up("Shift");
  await dots(page).first().waitFor();
});

test("the wire's menu adds a dot", async () => {
  const { page } = await openPage();
  const at = await onWire(page, "samples");
  await page.mouse.click(at.x, at.y, { button: "right" });
  await page.getByRole("menuitem", { name: "Add a reroute" }).click();
  await dots(page).waitFor();
});
