/** Painting masks, from a picture to a repainted part of it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { launch } from "./browser.mjs";
import { closeBrowser, drag, dropFile, freshSeed, openPage, setSeed, URL_, waitForRun } from "./studio.mjs";

let touchBrowser;
after(async () => {
  await touchBrowser?.close();
  await closeBrowser();
});

const SIDE = 128;
const TEMPLATE = new URL("../../../../workflows/inpaint.json", import.meta.url);

/** A picture of a new colour, so that nothing comes from the cache. */
async function picture(page, side = SIDE) {
  const text = await page.evaluate(async (size) => {
    const sheet = new OffscreenCanvas(size, size);
    const context = sheet.getContext("2d");
    context.fillStyle = `rgb(${[0, 0, 0].map(() => Math.floor(Math.random() * 256))})`;
    context.fillRect(0, 0, size, size);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, size / 2, size / 4);
    const bytes = new Uint8Array(await (await sheet.convertToBlob()).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, side);
  return Buffer.from(text, "base64");
}

/** The inpainting template with a picture of one's own chosen on its node. */
async function openTemplate(page) {
  await dropFile(page, await readFile(TEMPLATE), "inpaint.json", "application/json");
  const node = page.locator('[data-node="image"]');
  await node.waitFor();
  const name = `photo-${Date.now()}.png`;
  const sent = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/images"));
  await node.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer: await picture(page) });
  await sent;
  await node.locator(`img[alt="${name}"]`).waitFor();
  return name;
}

const surface = (page) => page.locator("[data-view=mask] canvas");
const masked = async (page) => Number(await page.locator("[data-masked]").getAttribute("data-masked"));
/** Wait until the share that is masked, in percent, lies between two numbers. */
const becomes = (page, least, most = least) =>
  page.waitForFunction(
    ([low, high]) => {
      const share = Number(document.querySelector("[data-masked]")?.dataset.masked);
      return share >= low && share <= high;
    },
    [least, most],
  );

async function openEditor(page) {
  await page.locator('[data-node="image"]').getByRole("button", { name: "Paint a mask" }).click();
  await surface(page).waitFor();
}

async function middle(page) {
  const box = await surface(page).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The pixels at an address, as a plain list. */
function pixels(page, url) {
  return page.evaluate(async (address) => {
    const bitmap = await createImageBitmap(await (await fetch(address)).blob());
    const sheet = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = sheet.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data];
  }, url);
}

test("a part is painted over with the mouse, and nothing outside it changes", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 1200 });
  const name = await openTemplate(page);
  await openEditor(page);
  const at = await middle(page);
  await drag(page, { x: at.x - 80, y: at.y }, { x: at.x + 80, y: at.y });
  await becomes(page, 5, 100);
  await page.getByRole("button", { name: "Save", exact: true }).click();

  const overlay = page.locator('[data-node="image"] [data-mask]');
  await overlay.waitFor();
  const mask = await overlay.getAttribute("data-mask");
  assert.equal(mask, name.replace(".png", "-mask.png"), "the mask lies beside the picture");
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);

  const result = await page.locator('[data-result="picture"]').first().getAttribute("src");
  const [before, after_, white] = await Promise.all(
    [`/api/v1/files/input/${name}`, result, `/api/v1/files/input/${mask}`].map((url) =>
      pixels(page, new URL(url, URL_).href),
    ),
  );
  assert.equal(before.length, SIDE * SIDE * 4);
  let inside = 0;
  for (let index = 0; index < before.length; index += 4) {
    const same = [0, 1, 2].every((channel) => before[index + channel] === after_[index + channel]);
    if (white[index] === 0) assert.ok(same, `pixel ${index / 4} lies outside the mask and changed`);
    else if (!same) inside += 1;
  }
  assert.ok(inside > 100, `${inside} pixels inside the mask were repainted`);
  assert.deepEqual(troubles, []);
});

test("saving is one step of the workflow, and the editor has its own undo", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 1200 });
  await openTemplate(page);
  await openEditor(page);
  const at = await middle(page);
  await page.keyboard.press("b");
  await drag(page, { x: at.x - 60, y: at.y - 40 }, { x: at.x + 60, y: at.y - 40 });
  const one = await masked(page);
  await drag(page, { x: at.x - 60, y: at.y + 60 }, { x: at.x + 60, y: at.y + 60 });
  assert.ok((await masked(page)) > one);
  await page.keyboard.press("Control+z");
  await becomes(page, one);
  await page.keyboard.press("e");
  await drag(page, { x: at.x - 60, y: at.y - 40 }, { x: at.x, y: at.y - 40 });
  assert.ok((await masked(page)) < one, "the eraser takes away");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("l");
  await page.mouse.move(at.x, at.y + 250);
  await page.mouse.down();
  for (const [dx, dy] of [
    [150, 250],
    [150, 400],
    [0, 400],
  ])
    await page.mouse.move(at.x + dx, at.y + dy, { steps: 4 });
  await page.mouse.up();
  await becomes(page, one + 1, 100);
  await page.keyboard.press("g");
  await page.mouse.click(at.x - 250, at.y + 450);
  await becomes(page, 50, 100);
  await page.keyboard.press("Control+s");
  const overlay = page.locator('[data-node="image"] [data-mask]');
  await overlay.waitFor();
  await page.locator("#canvas").focus();
  await page.keyboard.press("Control+z");
  await overlay.waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+z");
  await overlay.waitFor();
  assert.deepEqual(troubles, []);
});

test("a mask is made by keyboard alone: a shape by numbers, inverted, grown and feathered", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 1200 });
  const name = await openTemplate(page);
  await page.locator('[data-node="image"] header').click();
  await page.keyboard.press("Shift+M");
  await surface(page).waitFor();
  await page.keyboard.press("r");
  for (const [side, value] of [
    ["x", "0"],
    ["y", "0"],
    ["width", "64"],
    ["height", "64"],
  ]) {
    await page.locator(`[data-mask-side=${side}]`).fill(value);
  }
  const add = page.getByRole("button", { name: "Add", exact: true });
  await add.focus();
  await page.keyboard.press("Enter");
  await becomes(page, 25);
  await page.keyboard.press("i");
  await becomes(page, 75);
  await page.keyboard.press("i");
  await page.getByRole("button", { name: "Grow", exact: true }).press("Enter");
  await becomes(page, 26, 30);
  await page.getByRole("button", { name: "Feather", exact: true }).press("Enter");
  // The buttons rest while the edge is worked on; the keys stay with the editor.
  const save = page.locator("[data-view=mask]").getByRole("button", { name: "Save", exact: true });
  await save.and(page.locator("[aria-disabled=false]")).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("status").filter({ hasText: "not saved" }).waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).last().click();
  await becomes(page, 26, 31);
  await save.press("Enter");
  const mask = name.replace(".png", "-mask.png");
  await page.locator(`[data-node="image"] [data-mask="${mask}"]`).waitFor();
  const values = await pixels(page, new URL(`/api/v1/files/input/${mask}`, URL_).href);
  const soft = values.filter((value, index) => index % 4 === 0 && value > 0 && value < 255);
  assert.ok(soft.length > SIDE, `${soft.length} pixels of the edge are neither in nor out`);
  assert.deepEqual(troubles, []);
});

test("strokes that were not saved survive a reload", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 1200 });
  await openTemplate(page);
  await openEditor(page);
  const at = await middle(page);
  await drag(page, { x: at.x - 60, y: at.y }, { x: at.x + 60, y: at.y });
  const before = await masked(page);
  assert.ok(before > 0);
  await page.waitForFunction(async () => {
    const open = indexedDB.open("noiseloom-masks");
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const keys = database.transaction("drafts").objectStore("drafts").getAllKeys();
    return new Promise((resolve) => (keys.onsuccess = () => resolve(keys.result.length > 0)));
  });
  await page.reload();
  await surface(page).waitFor();
  assert.equal(await masked(page), before);
  await page.getByText("Strokes that were not saved came back.").waitFor();
  assert.deepEqual(troubles, []);
});

test("one finger paints, two fingers zoom and paint nothing", async () => {
  touchBrowser = await launch();
  const context = await touchBrowser.newContext({ viewport: { width: 1600, height: 1200 }, hasTouch: true });
  const page = await context.newPage();
  await page.goto(URL_);
  await page.locator('[data-node="prompt"] textarea').waitFor();
  await openTemplate(page);
  await page.evaluate(() => {
    location.hash = "#/mask/node%3Aimage";
  });
  await surface(page).waitFor();
  const at = await middle(page);
  const session = await context.newCDPSession(page);
  const touch = (type, ...points) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch("touchStart", [at.x - 60, at.y]);
  await touch("touchMove", [at.x + 60, at.y]);
  await touch("touchEnd");
  await becomes(page, 1, 100);
  const painted = await masked(page);
  const zoom = page.locator("[data-view=mask] footer button").filter({ hasText: "%" });
  const before = await zoom.innerText();
  await touch("touchStart", [at.x - 40, at.y + 80]);
  await touch("touchStart", [at.x - 40, at.y + 80], [at.x + 40, at.y + 80]);
  await touch("touchMove", [at.x - 120, at.y + 80], [at.x + 120, at.y + 80]);
  await touch("touchEnd");
  await page.waitForFunction((old) => {
    const button = [...document.querySelectorAll("[data-view=mask] footer button")].find((item) =>
      item.textContent.includes("%"),
    );
    return button !== undefined && button.innerText !== old;
  }, before);
  assert.equal(await masked(page), painted);
});

test("a pen paints thinly where it presses little and broadly where it presses hard", async () => {
  const { page, context, troubles } = await openPage({ width: 1600, height: 1200 });
  await openTemplate(page);
  await openEditor(page);
  const at = await middle(page);
  const session = await context.newCDPSession(page);
  const pen = (type, x, force) =>
    session.send("Input.dispatchMouseEvent", {
      type,
      x,
      y: at.y,
      force,
      pointerType: "pen",
      button: "left",
      buttons: type === "mouseReleased" ? 0 : 1,
      clickCount: 1,
    });
  const stroke = async (force) => {
    await pen("mousePressed", at.x - 60, force);
    for (let step = -50; step <= 60; step += 10) await pen("mouseMoved", at.x + step, force);
    await pen("mouseReleased", at.x + 60, 0);
    await becomes(page, 0.1, 100);
    return masked(page);
  };
  const light = await stroke(0.15);
  await page.keyboard.press("Control+z");
  await becomes(page, 0);
  const hard = await stroke(1);
  assert.ok(hard > 1.5 * light, `${light} % lightly, ${hard} % hard`);
  assert.deepEqual(troubles, []);
});
