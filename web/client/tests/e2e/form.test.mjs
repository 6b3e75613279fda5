/** The form: chosen, filled in, run and shared, on a wide screen and on a phone. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launch } from "./browser.mjs";
import { closeBrowser, dropFile, get, openPage as openFirst, prompt, URL_, waitForRun } from "./studio.mjs";

let phoneBrowser;
after(async () => {
  await phoneBrowser?.close();
  await closeBrowser();
});

const form = (page) => page.locator("[data-view=form]");
const field = (page, node, widget) => form(page).locator(`[data-form-node="${node}"] [data-widget="${widget}"]`);

/** The first workflow without the form that it comes with. */
async function openPage() {
  const opened = await openFirst();
  const { form: _, ...document } = await get("/api/v1/templates/text-to-image");
  const bytes = Buffer.from(JSON.stringify({ ...document, title: "Plain" }));
  await dropFile(opened.page, bytes, "plain.json", "application/json");
  await opened.page.getByRole("tab", { name: /Plain/, selected: true }).waitFor();
  await prompt(opened.page).waitFor();
  return opened;
}

/** Wait until a field of this node has the keyboard. */
const focusOn = (page, attribute, node) =>
  page.waitForFunction(
    ([name, id]) => document.activeElement?.closest(`[${name}]`)?.getAttribute(name) === id,
    [attribute, node],
  );

/** From the canvas to a form with the usual fields. */
async function makeForm(page) {
  await page.keyboard.press("Control+Shift+F");
  await form(page).getByRole("button", { name: "Choose fields" }).click();
  await form(page).getByRole("button", { name: "Add the usual fields" }).click();
  await form(page).getByRole("button", { name: "Done" }).click();
  await field(page, "prompt", "text").waitFor();
}

test("a form is made, and what is typed there is on the canvas, with one undo", async () => {
  const { page, troubles } = await openPage();
  const before = await prompt(page).inputValue();
  await makeForm(page);
  await field(page, "prompt", "text").fill("a green star on a black background");
  await page.keyboard.press("Control+Shift+F");
  await form(page).waitFor({ state: "detached" });
  assert.equal(await prompt(page).inputValue(), "a green star on a black background");
  await focusOn(page, "data-node", "prompt");
  await page.keyboard.press("Control+Shift+F");
  await form(page).waitFor();
  await focusOn(page, "data-form-node", "prompt");
  await form(page).getByRole("button", { name: "Undo" }).click();
  assert.equal(await field(page, "prompt", "text").inputValue(), before);
  assert.deepEqual(troubles, []);
});

test("fields are put in order, named, limited and closed into a section", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Control+Shift+F");
  await form(page).getByRole("button", { name: "Choose fields" }).click();
  await form(page).locator('[data-choose="sampler steps"]').click();
  await form(page).locator('[data-choose="prompt text"]').click();
  await form(page).getByRole("button", { name: "Add a section" }).click();
  await form(page).locator('[data-choose="sampler cfg"]').click();
  await form(page)
    .getByRole("button", { name: /^Move Prompt .* up$/ })
    .click();
  const steps = form(page).locator("[data-item='1']");
  await steps.getByLabel("Name in the form").fill("Care");
  await steps.getByLabel("Help", { exact: true }).fill("Few are quick.");
  await steps.getByLabel("At most").fill("12");
  await steps.getByLabel("At most").press("Enter");
  await form(page).getByRole("button", { name: "Done" }).click();
  await form(page).getByText("Few are quick.").waitFor();
  const care = form(page).getByRole("spinbutton", { name: "Care" });
  await care.fill("90");
  await care.press("Enter");
  assert.equal(await care.inputValue(), "12", "the form's limit holds");
  assert.equal(await field(page, "sampler", "cfg").isVisible(), false, "the section is closed at first");
  await form(page).locator("summary").click();
  assert.equal(await field(page, "sampler", "cfg").isVisible(), true);
  const order = await form(page)
    .locator("[data-form-node]")
    .evaluateAll((all) => all.map((item) => item.dataset.formNode));
  assert.deepEqual(order, ["prompt", "sampler", "sampler"]);
  assert.deepEqual(troubles, []);
});

test("a field whose node is gone is told, and can be taken out", async () => {
  const { page } = await openPage();
  await makeForm(page);
  await page.keyboard.press("Control+Shift+F");
  await form(page).waitFor({ state: "detached" });
  await page.locator('[data-node="sampler"] header').click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+Shift+F");
  const notice = form(page).getByRole("status").filter({ hasText: "no longer in the workflow" });
  await notice.waitFor();
  await notice.getByRole("button").click();
  await notice.waitFor({ state: "detached" });
  await field(page, "prompt", "text").waitFor();
});

test("what is wrong with a value is told at its field", async () => {
  const { page } = await openPage();
  await page.keyboard.press("Control+Shift+F");
  await form(page).getByRole("button", { name: "Choose fields" }).click();
  await page.keyboard.press("Control+Shift+F");
  await form(page).waitFor({ state: "detached" });
  await page.locator('[data-node="loader"] header').click();
  await page.locator('[data-node="loader"] [data-to-form="ckpt_name"]').click();
  await page.keyboard.press("Control+Shift+F");
  const choice = field(page, "loader", "ckpt_name");
  await choice.evaluate((select) => {
    select.add(new Option("gone.safetensors", "gone.safetensors"));
  });
  await choice.selectOption("gone.safetensors");
  await form(page)
    .locator('[data-form-node="loader"] [data-problem]')
    .filter({ hasText: "gone.safetensors" })
    .waitFor();
});

test("on a phone, a shared form paints by touch and shows nothing but the form", async () => {
  const { page } = await openPage();
  await makeForm(page);
  const name = `form-${Date.now()}`;
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[required]").fill(name);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await get(`/api/v1/workflows/saved/${name}`);

  phoneBrowser = await launch();
  const context = await phoneBrowser.newContext({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  const phone = await context.newPage();
  await phone.goto(`${URL_}/#/form/${name}`);
  const text = field(phone, "prompt", "text");
  await text.waitFor();
  assert.equal(await phone.getByRole("button", { name: "Canvas" }).count(), 0);
  assert.ok(
    await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    "nothing reaches beyond the phone's width",
  );
  const run = form(phone).getByRole("button", { name: "Run", exact: true });
  const box = await run.boundingBox();
  assert.ok(box.height >= 44 && box.y + box.height <= 640, "Run is in reach of a thumb");
  await text.tap();
  await text.fill("a red circle on a white background");
  const seed = field(phone, "sampler", "seed");
  await seed.fill(String(Date.now()));
  await seed.press("Enter");
  await run.tap();
  await waitForRun(phone, ["succeeded"], 120_000);
  const picture = form(phone).locator("[data-form-picture]");
  await picture.waitFor();
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0));
  await phone.setViewportSize({ width: 320, height: 640 });
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nor beyond 320 px");
});

test("the first workflow's form paints on a phone at once, and its folded part opens", async () => {
  const { page, troubles } = await openFirst({ width: 390, height: 844, hasTouch: true });
  await field(page, "prompt", "text").waitFor();
  const names = await form(page)
    .locator("[data-form-node] [data-widget]:visible")
    .evaluateAll((all) => all.map((item) => item.dataset.widget));
  assert.deepEqual(names, ["text", "steps", "cfg", "seed"]);
  await form(page).locator("summary").tap();
  await field(page, "negative", "text").waitFor();
  await field(page, "sampler", "seed").fill(String(Date.now()));
  await form(page).getByRole("button", { name: "Run", exact: true }).tap();
  await form(page).locator("[data-form-picture]").waitFor({ timeout: 120_000 });
  assert.deepEqual(troubles, []);
});

test("the inpainting form takes a picture and a mask by touch, and repaints", async () => {
  const { page, troubles } = await openFirst({ width: 390, height: 844, hasTouch: true });
  await field(page, "prompt", "text").waitFor();
  const document = await get("/api/v1/templates/inpaint");
  await dropFile(page, Buffer.from(JSON.stringify(document)), "inpaint.json", "application/json");
  const picture = form(page).locator('[data-form-node="image"]');
  await picture.getByRole("img", { name: "example.png" }).waitFor();
  const chooser = page.waitForEvent("filechooser");
  await picture.getByRole("button", { name: "Upload a picture" }).tap();
  const buffer = Buffer.from(await page.evaluate(drawn), "base64");
  const name = `form-${Date.now()}.png`;
  await (await chooser).setFiles({ name, mimeType: "image/png", buffer });
  await picture.getByRole("img", { name }).waitFor();
  await picture.getByRole("button", { name: "Paint a mask" }).tap();
  const surface = page.locator("[data-view=mask] canvas");
  await surface.waitFor();
  const box = await surface.boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  const y = box.y + box.height / 2;
  await touch("touchStart", { x: box.x + box.width / 2 - 50, y });
  await touch("touchMove", { x: box.x + box.width / 2, y });
  await touch("touchMove", { x: box.x + box.width / 2 + 50, y });
  await touch("touchEnd");
  await page.waitForFunction(() => Number(document.querySelector("[data-masked]")?.dataset.masked) > 0);
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await picture.locator(`[data-mask="${name.replace(".png", "-mask.png")}"]`).waitFor();
  await form(page).getByRole("button", { name: "Run", exact: true }).tap();
  await form(page).locator("[data-form-picture]").waitFor({ timeout: 120_000 });
  assert.deepEqual(troubles, []);
});

/** A small picture, drawn on the page. */
async function drawn() {
  const sheet = new OffscreenCanvas(128, 128);
  const context = sheet.getContext("2d");
  context.fillStyle = `rgb(${[0, 0, 0].map(() => Math.floor(Math.random() * 256))})`;
  context.fillRect(0, 0, 128, 128);
  const bytes = new Uint8Array(await (await sheet.convertToBlob()).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}
