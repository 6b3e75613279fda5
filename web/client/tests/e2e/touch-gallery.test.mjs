/** The gallery in a hand: found, starred, opened, compared, brought back, on a phone's width. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, make, post, until } from "./pictures.mjs";
import { closeBrowser, get } from "./studio.mjs";
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

/** The bar of the gallery's two pictures of this name, marked by their corners. */
async function twoMarked(page, hand, name) {
  await openGallery(page, name);
  await until(async () => (await tiles(page).count()) === 2);
  for (const at of [0, 1]) {
    const box = await tiles(page).nth(at).boundingBox();
    await hand.tap({ x: box.x + 14, y: box.y + 14 });
  }
  return page.getByRole("toolbar", { name: "Selected pictures" });
}

test("two pictures are marked by their corners, compared by a wipe, trashed together and undone", async () => {
  const name = await make(2, [[320, 240]]);
  const { page, hand, troubles } = await openTouch(PHONE);
  const bar = await twoMarked(page, hand, name);
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

test("each way to compare is chosen and worked by a finger, and what differs is told", async () => {
  const name = await make(2, [[320, 240]]);
  const { page, hand, troubles } = await openTouch(PHONE);
  const bar = await twoMarked(page, hand, name);
  await hand.tap(await middle(bar.getByRole("button", { name: "Compare" })));
  const compare = page.locator("dialog[open]");
  const mode = async (title) => hand.tap(await middle(compare.getByRole("radio", { name: title })));
  const pictures = compare.locator("img");
  await compare.getByRole("row", { name: /Plain image › Colour/ }).waitFor();
  await mode("Side by side");
  await until(async () => (await compare.getByRole("slider").count()) === 0 && (await pictures.count()) === 2);
  const stage = await middle(pictures.first());
  const width = async () => (await pictures.first().boundingBox()).width;
  const before = await width();
  await hand.pinch(stage, 60, 180);
  await until(async () => (await width()) > before * 1.5);
  await mode("Difference");
  await compare.locator('img[data-difference="true"]').waitFor();
  await mode("Flip");
  const shown = () => pictures.first().getAttribute("src");
  const first = await shown();
  await hand.tap(await middle(compare.getByRole("button", { name: "Next picture" })));
  await until(async () => (await shown()) !== first);
  await hand.tap(await middle(compare.getByRole("button", { name: "Close" })));
  await compare.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("a picture's own workflow opens by touch, and its file is downloaded", async () => {
  const document = await get("/api/v1/templates/text-to-image");
  const words = `a red circle ${Date.now()}`;
  for (const node of document.nodes) {
    if (node.id === "prompt") node.widgets.text = words;
    if (node.id === "sampler") Object.assign(node.widgets, { steps: 2, seed: String(Date.now()) });
  }
  await post("/api/v1/jobs", { workflow: { ...document, title: "Touched" } });
  await until(async () => (await found(`"${words}"`)).length > 0);
  const { page, hand, troubles } = await openTouch(PHONE);
  await openGallery(page, words);
  await until(async () => (await tiles(page).count()) === 1);
  await hand.tap(await middle(tiles(page).first()));
  const viewer = page.locator("dialog[open]");
  await hand.tap(await middle(viewer.getByRole("button", { name: "Show what made it" })));
  const info = viewer.getByRole("complementary");
  await hand.tap(await middle(info.getByRole("button", { name: "Download" })));
  const item = await middle(page.getByRole("menuitem", { name: "With the workflow inside" }));
  const [download] = await Promise.all([page.waitForEvent("download"), hand.tap(item)]);
  assert.match(download.suggestedFilename(), /\.png$/);
  const open = info.getByRole("button", { name: "Open its workflow" });
  await open.scrollIntoViewIfNeeded();
  await hand.tap(await middle(open));
  await viewer.waitFor({ state: "detached" });
  const tab = page.getByRole("tab", { name: /Touched/ });
  await tab
    .or(page.getByRole("heading", { name: "Touched" }))
    .first()
    .waitFor();
  assert.deepEqual(troubles, []);
});
