/** Named wires, as a person makes, follows and undoes them. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage, waitForRun, wires } from "./studio.mjs";

after(closeBrowser);

const edge = (page, text) => page.locator(`.react-flow__edge[data-id*="${text}"]`);
const tag = (page, node) => page.locator(`[data-node="${node}"] [data-named]`);

/** A place on a wire where nothing lies over it. */
async function onWire(page, text) {
  return edge(page, text).evaluate((group) => {
    const path = group.querySelector("path");
    const length = path.getTotalLength();
    const matrix = path.getScreenCTM();
    for (let part = 1; part < 40; part += 1) {
      const { x, y } = path.getPointAtLength((length * part) / 40).matrixTransform(matrix);
      if (group.contains(document.elementFromPoint(x, y))) return { x, y };
    }
    throw new Error("the wire is hidden");
  });
}

test("a wire gets a name by its menu, shows in full under the pointer and on focus, and is drawn again", async () => {
  const { page, troubles } = await openPage();
  const before = await wires(page);
  const at = await onWire(page, "samples");
  await page.mouse.click(at.x, at.y, { button: "right" });
  await page.getByRole("menuitem", { name: "Name this wire" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("painted");
  await page.keyboard.press("Enter");
  await tag(page, "decode").waitFor();
  assert.equal(await wires(page), before - 1);
  const drawn = (count) =>
    page.waitForFunction((wanted) => document.querySelectorAll(".react-flow__edge").length === wanted, count);
  // Side by side, one tag lies over the other.
  await page.locator('[data-node="decode"] h3').click();
  for (let times = 0; times < 16; times += 1) await page.keyboard.press("Control+ArrowRight");
  // Either tag says the name, and pointed at it shows the wire in full; beside it, it does not.
  for (const end of ["decode", "sampler"]) {
    assert.equal((await tag(page, end).innerText()).trim(), "painted");
    await tag(page, end).hover();
    await drawn(before);
    const full = page.locator(".react-flow__edge.named-wire");
    assert.equal(await full.getAttribute("data-id"), '["named",["sampler","LATENT"],["decode","samples"]]');
    assert.notEqual(await full.locator("path").first().getAttribute("d"), null);
    await page.mouse.move(4, 300);
    await drawn(before - 1);
  }
  await tag(page, "decode").focus();
  await drawn(before);
  await tag(page, "decode").click();
  await page.locator('.react-flow__node.selected [data-node="sampler"]').waitFor();
  await tag(page, "decode").press("F2");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("canvas");
  await page.keyboard.press("Enter");
  await page.locator('[data-node="sampler"] [data-named="canvas"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await tag(page, "decode").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Draw this wire" }).click();
  await tag(page, "decode").waitFor({ state: "detached" });
  assert.equal(await wires(page), before);
  assert.deepEqual(troubles, []);
});

test("an output is sent by a name and an input receives it, by the menu alone", async () => {
  const { page } = await openPage();
  await page.locator('[data-node="sampler"] h3').click({ button: "right" });
  await page.getByRole("menuitem", { name: "Named wires" }).press("ArrowRight");
  await page.getByRole("menuitem", { name: "Send Latent by name" }).press("Enter");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("painted");
  await page.keyboard.press("Enter");
  await tag(page, "sampler").waitFor();
  await page.locator('[data-node="decode"] h3').click({ button: "right" });
  await page.getByRole("menuitem", { name: "Named wires" }).press("ArrowRight");
  await page.getByRole("menuitem", { name: "Receive Latent by name" }).press("Enter");
  await page.getByRole("listbox", { name: "Name", exact: true }).press("Enter");
  await page.locator('[data-node="decode"] [data-named="painted"]').waitFor();
  await page.keyboard.press("Control+z");
  await tag(page, "decode").waitFor({ state: "detached" });
});
