/** Pictures from the system's clipboard. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, freshSeed, openPage, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

/** Paste the bytes at `url`, or a plain picture, as the browser would after a copy elsewhere. */
function paste(page, url = null) {
  return page.evaluate(async (address) => {
    const draw = () => {
      const sheet = new OffscreenCanvas(32, 32);
      sheet.getContext("2d").fillRect(0, 0, 16, 16);
      return sheet.convertToBlob();
    };
    const blob = address === null ? await draw() : await (await fetch(address)).blob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, url);
}

const images = (page) => page.locator('article[data-node^="loadimage"]');

test("a pasted picture becomes an image node, and then the image of the selected one", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Escape");
  await paste(page);
  await images(page).locator("img[alt^='pasted-']").waitFor();
  const first = await images(page).locator("img").getAttribute("alt");
  await images(page).locator("h3").click();
  await paste(page);
  await page.waitForFunction(
    (before) => document.querySelector('article[data-node^="loadimage"] img')?.alt !== before,
    first,
  );
  assert.equal(await images(page).count(), 1);
  assert.deepEqual(troubles, []);
});

test("a pasted picture that carries its workflow offers it", async () => {
  const { page } = await openPage();
  await setSeed(page, freshSeed());
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  const url = await page.locator('[data-result="picture"]').getAttribute("src");
  await page.keyboard.press("Escape");
  await paste(page, url);
  const tabs = await page.getByRole("tab").count();
  await page.getByRole("status").getByRole("button", { name: "Restore workflow" }).click();
  await page.waitForFunction((before) => document.querySelectorAll("[role=tab]").length > before, tabs);
});
