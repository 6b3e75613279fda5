/** The gallery in a hand: found, starred, opened, compared, brought back, on a phone's width. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, make, until } from "./pictures.mjs";
import { closeBrowser } from "./studio.mjs";
import { middle, openTouch } from "./touch.mjs";

after(closeBrowser);

const PHONE = { width: 390, height: 844 };
const gallery = (page) => page.locator('[data-view="gallery"]');
const tiles = (page) => gallery(page).locator("[data-picture]");

async function openGallery(page, search) {
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.tap();
  await field.fill(search);
  await field.press("Enter");
}

test("pictures are searched, opened by a tap, starred, and turned over", async () => {
  const name = await make(2, [[320, 240]]);
  const { page, hand, troubles } = await openTouch(PHONE);
  await openGallery(page, name);
  await tiles(page).nth(1).waitFor();
  await until(async () => (await tiles(page).count()) === 2);
  await hand.tap(await middle(tiles(page).first()));
  const viewer = page.locator("dialog[open]");
  await viewer.locator("img").first().waitFor();
  await viewer.getByRole("button", { name: /^Star/ }).tap();
  await until(async () => (await found(`${name} is:star`)).length === 1);
  const first = await viewer.locator("img").first().getAttribute("src");
  await viewer.getByRole("button", { name: /^Next/ }).tap();
  await page.waitForFunction((src) => document.querySelector("dialog[open] img")?.getAttribute("src") !== src, first);
  await viewer.getByRole("button", { name: "Close", exact: true }).tap();
  await viewer.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("two pictures are marked by their corners, compared by a wipe, trashed together and undone", async () => {
  const name = await make(2, [[320, 240]]);
  const { page, hand, troubles } = await openTouch(PHONE);
  await openGallery(page, name);
  await until(async () => (await tiles(page).count()) === 2);
  for (const at of [0, 1]) {
    const box = await tiles(page).nth(at).boundingBox();
    await hand.tap({ x: box.x + 14, y: box.y + 14 });
  }
  const bar = page.getByRole("toolbar", { name: "Selected pictures" });
  await bar.getByRole("button", { name: "Compare" }).tap();
  const wipe = page.locator("dialog[open]").getByRole("slider");
  const from = await middle(wipe);
  await hand.drag(from, { x: from.x + 80, y: from.y });
  await until(async () => Number(await wipe.getAttribute("aria-valuenow")) > 60);
  await page.locator("dialog[open]").getByRole("button", { name: "Close" }).tap();
  await bar.getByRole("button", { name: /trash/i }).tap();
  await until(async () => (await found(name)).length === 0);
  await page.getByRole("button", { name: "Undo", exact: true }).tap();
  await until(async () => (await found(name)).length === 2);
  assert.deepEqual(troubles, []);
});
