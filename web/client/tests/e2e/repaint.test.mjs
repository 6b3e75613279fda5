/** Inpainting with nine channels on the starters: a picture, a mask on it, words, and the picture with another thing. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, URL_ } from "./studio.mjs";
import { openTemplate, paint } from "./templates.mjs";

after(closeBrowser);

const WORDS = "a red circle above a green square on a white background";
const HOLE = { x: 36, y: 64, width: 56, height: 56 };

/** A red circle above a blue square, 128 pixels wide, as a PNG file. */
async function picture(page) {
  const text = await page.evaluate(async () => {
    const sheet = new OffscreenCanvas(128, 128);
    const context = sheet.getContext("2d");
    context.fillStyle = "rgb(250 250 250)";
    context.fillRect(0, 0, 128, 128);
    context.fillStyle = "rgb(215 38 38)";
    context.beginPath();
    context.arc(64, 36, 20, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "rgb(40 80 215)";
    context.fillRect(44, 72, 40, 40);
    const bytes = new Uint8Array(await (await sheet.convertToBlob()).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  return Buffer.from(text, "base64");
}

/** The red, green and blue of every pixel at an address. */
function pixels(page, url) {
  return page.evaluate(async (address) => {
    const bitmap = await createImageBitmap(await (await fetch(address)).blob());
    const sheet = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = sheet.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data];
  }, url);
}

test("the nine-channel template puts another thing into a hole and leaves the rest alone", async () => {
  const { page, troubles } = await openTemplate("Repaint a part with an inpainting model", "unet");
  const node = page.locator('[data-node="image"]');
  const name = `things-${Date.now()}.png`;
  const sent = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/images"));
  await node.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer: await picture(page) });
  await sent;
  await node.locator(`img[alt="${name}"]`).waitFor();

  await node.getByRole("button", { name: "Paint a mask" }).click();
  await page.locator("[data-view=mask] canvas").waitFor();
  await page.keyboard.press("r");
  for (const [side, value] of Object.entries(HOLE)) await page.locator(`[data-mask-side=${side}]`).fill(String(value));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator('[data-masked^="19"]').waitFor();
  await page.locator("[data-view=mask]").getByRole("button", { name: "Save", exact: true }).click();
  await node.locator("[data-mask]").waitFor();

  const made = await paint(page, "repaint", WORDS);
  const [before, after_] = await Promise.all(
    [new URL(`/api/v1/files/input/${name}`, URL_).href, made].map((url) => pixels(page, url)),
  );
  let changed = 0;
  for (let index = 0; index < before.length; index += 4) {
    const [x, y] = [(index / 4) % 128, Math.floor(index / 512)];
    const inside = x >= HOLE.x && x < HOLE.x + HOLE.width && y >= HOLE.y && y < HOLE.y + HOLE.height;
    const same = [0, 1, 2].every((channel) => before[index + channel] === after_[index + channel]);
    if (!inside) assert.ok(same, `pixel ${x}, ${y} lies outside the mask and changed`);
    else if (!same) changed += 1;
  }
  assert.ok(changed > 500, `${changed} pixels of the hole were repainted`);
  assert.deepEqual(troubles, []);
});
