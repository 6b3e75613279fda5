/** How the gallery, the mask editor, the form and a phone look, beside pictures of how they looked. */

import { after } from "node:test";
import { found, make } from "./pictures.mjs";
import { LIGHT, PHONE, scene, WIDE } from "./scene.mjs";
import { closeBrowser, dropFile, get } from "./studio.mjs";

after(closeBrowser);

const NAME = "visual";
let made;

/** Six pictures of known colours and names, the newest first; made unless an earlier try did. */
async function pictures(count) {
  made ??= await found(NAME);
  if (made.length === 0) {
    await make(
      6,
      [
        [320, 240],
        [240, 320],
        [256, 256],
      ],
      NAME,
    );
    made = await found(NAME);
  }
  return made.slice(0, count);
}

async function gallery(page) {
  await pictures(1);
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.fill(NAME);
  await field.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll('[data-picture][data-state="there"]').length === 6);
}

async function nothingFound(page) {
  await gallery(page);
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.fill("zzzzzz");
  await field.press("Enter");
  await page.getByText("No picture for").waitFor();
}

async function viewer(page) {
  await gallery(page);
  await page.locator("[data-picture]").first().dblclick();
  await page.waitForFunction(() => document.querySelector("dialog[open] img")?.offsetWidth > 200);
}

async function compare(page) {
  await gallery(page);
  await page.locator("[data-picture]").nth(3).focus();
  await page.keyboard.press("c");
  await page.locator("dialog[open]").getByRole("row").first().waitFor();
}

async function inpaint(page) {
  const document = await get("/api/v1/templates/inpaint");
  await dropFile(page, Buffer.from(JSON.stringify(document)), "inpaint.json", "application/json");
  await page.locator('[data-node="image"]').waitFor();
  const [made] = await pictures(1);
  const value = `${made.subfolder}/${made.filename} [output]`;
  await page.evaluate((path) => {
    location.hash = `#/mask/${encodeURIComponent(`file:${path}`)}`;
  }, value);
  await page.locator("[data-view=mask] canvas").waitFor();
  const box = await page.locator("[data-view=mask] canvas").boundingBox();
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(at.x - 80, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 80, at.y, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => Number(document.querySelector("[data-masked]")?.dataset.masked) > 0);
  await page.getByText("Opened Repaint a part").waitFor({ state: "detached" });
}

async function form(page) {
  await page.keyboard.press("Control+Shift+F");
  await page.locator('[data-view=form] [data-form-node="prompt"]').waitFor();
  await page.locator("[data-view=form] h1").click();
}

async function toCanvas(page) {
  await page.locator("[data-view=form]").getByRole("button", { name: "Canvas" }).click();
  await page.locator("[data-view]").waitFor({ state: "detached" });
}

// Whether the pictures were made today depends on the hour.
const DAY = ["[data-day]"];
scene("gallery", {}, gallery, DAY);
scene("gallery-wide", WIDE, gallery, DAY);
scene("gallery-nothing-found", LIGHT, nothingFound);
scene("viewer", {}, viewer, ["dialog[open] aside"]);
scene("compare", {}, compare);
scene("mask", {}, inpaint);
scene("form", LIGHT, form);
scene("phone-form", PHONE, async (page) => {
  await page.locator('[data-view=form] [data-form-node="sampler"]').first().waitFor();
});
scene("phone-canvas", PHONE, toCanvas);
const phoneGallery = async (page) => {
  await toCanvas(page);
  await gallery(page);
};
scene("phone-gallery", PHONE, phoneGallery, DAY);
