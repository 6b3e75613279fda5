/** Pictures that lie in the output folder: found by what made them, downloaded as they are, their values used. */

import assert from "node:assert/strict";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { found, make, until } from "./pictures.mjs";
import { chunksOf, pixelsOf, png, profileChunk, textChunk } from "./pngs.mjs";
import { swappedProfile } from "./profile.mjs";
import { closeBrowser, freshSeed, openPage, prompt } from "./studio.mjs";

after(closeBrowser);

const name = `files${freshSeed()}`;
const [seed, other] = [freshSeed(), freshSeed()];
const MODELS = [`${name}.safetensors`, `${name} of two words.safetensors`];
const PROFILE = swappedProfile();
/** File, model, seed, day. */
const FILES = [
  ["old", MODELS[0], seed, "2024-03-05"],
  ["later", MODELS[1], other, "2024-03-20"],
  ["summer", MODELS[1], seed, "2024-07-01"],
  ["new", MODELS[0], other, "2025-01-15"],
];
const folder = join(process.env.NOISELOOM_DATA ?? "data", "output", name);

/** The graph that a picture tells it was made by. */
const graph = (model, number, words) => ({
  1: { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: model } },
  2: { class_type: "CLIPTextEncode", inputs: { text: words, clip: ["1", 1] } },
  3: { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["1", 1] } },
  4: {
    class_type: "KSampler",
    inputs: { seed: number, steps: 4, model: ["1", 0], positive: ["2", 0], negative: ["3", 0] },
  },
  5: { class_type: "SaveImage", inputs: { images: ["4", 0], filename_prefix: "x" } },
});

before(async () => {
  await mkdir(folder, { recursive: true });
  for (const [file, model, number, day] of FILES) {
    const told = textChunk("prompt", JSON.stringify(graph(model, Number(number), `a ${file} ship ${name}`)));
    const bytes = png([255, 0, 0], [profileChunk(PROFILE), told], [600, 400]);
    await writeFile(join(folder, `${file}.png`), bytes);
    const noon = new Date(`${day}T12:00:00Z`);
    await utimes(join(folder, `${file}.png`), noon, noon);
  }
});

const gallery = (page) => page.locator('[data-view="gallery"]');
const field = (page) => page.getByRole("textbox", { name: "Search pictures" });
const chip = (page, words) => page.getByRole("button", { name: `Remove ${words}` });
const menuOf = (page, label) => gallery(page).locator("header button[aria-haspopup=menu]", { hasText: label });

/** The files shown, in their order. */
const shown = (page) =>
  gallery(page)
    .locator("[data-picture]")
    .evaluateAll((all) => all.map((tile) => tile.ariaLabel));
async function shows(page, files) {
  const wanted = files.map((file) => `a ${file} ship ${name}`).join("\n");
  let last = "";
  await until(async () => {
    last = (await shown(page)).map((label) => label.split(",")[0]).join("\n");
    return last === wanted;
  }, 15_000).catch(() => assert.equal(last, wanted));
}

/** The gallery with these files alone; the page's clock is the files'. */
async function open() {
  const opened = await openPage({ width: 1600, height: 900, timezoneId: "UTC", acceptDownloads: true });
  const { page } = opened;
  if ((await found(name)).length < FILES.length) {
    await page.locator("h3").first().click();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "What do you want to do?" }).fill("output folder");
    await page.getByRole("option", { name: "Look for pictures in the output folder" }).waitFor();
    await page.keyboard.press("Enter");
    await until(async () => (await found(name)).length === FILES.length);
  }
  await page.locator('[data-rail="panel.gallery"]').click();
  await page.getByRole("button", { name: "Open the gallery" }).click();
  await field(page).fill(name);
  await field(page).press("Enter");
  await shows(page, ["new", "summer", "later", "old"]);
  return opened;
}

test("pictures are found by seed, model, day and month, typed or chosen, and by their stars", async () => {
  const { page, troubles } = await open();
  // A space ends what has a key: it becomes a chip, and what was typed before stays a word.
  await field(page).pressSequentially(` seed:${seed} `);
  await chip(page, `seed:${seed}`).waitFor();
  await shows(page, ["summer", "old"]);
  await menuOf(page, "Model").click();
  await page.getByRole("menuitem", { name: MODELS[1] }).click();
  await shows(page, ["summer"]);
  await menuOf(page, MODELS[1]).waitFor();
  await chip(page, `seed:${seed}`).click();
  await shows(page, ["summer", "later"]);
  await menuOf(page, MODELS[1]).click();
  await page.getByRole("menuitem", { name: "Any model" }).click();
  await shows(page, ["new", "summer", "later", "old"]);
  await field(page).fill(`${name} model:${MODELS[0]}`);
  await field(page).press("Enter");
  await shows(page, ["new", "old"]);
  assert.equal(await menuOf(page, MODELS[0]).count(), 1, "the menu shows what was typed");
  await chip(page, `model:${MODELS[0]}`).click();

  for (const [typed, files] of [
    ["date:2024-03", ["later", "old"]],
    ["date:2024-03-05", ["old"]],
    ["date:2024-03-06..2024-07-01", ["summer", "later"]],
    ["date:2025", ["new"]],
  ]) {
    await field(page).fill(`${name} ${typed}`);
    await field(page).press("Enter");
    await shows(page, files);
    await chip(page, typed).click();
  }
  await shows(page, ["new", "summer", "later", "old"]);
  await menuOf(page, "Date").click();
  const march = page.getByRole("menuitem", { name: /March 2024/ });
  assert.equal((await march.locator("kbd").innerText()).trim(), "2", "the months count what was searched for");
  await march.click();
  await shows(page, ["later", "old"]);
  await page.getByRole("button", { name: /^Showing March 2024 and older/ }).click();
  await shows(page, ["new", "summer", "later", "old"]);

  await gallery(page).locator("[data-picture]").nth(2).focus();
  await page.keyboard.press("s");
  await until(async () => (await found(`${name} is:star`)).length === 1);
  const stars = page.getByRole("button", { name: "Only starred" });
  await stars.click();
  await shows(page, ["later"]);
  assert.equal(await stars.getAttribute("aria-pressed"), "true");
  await stars.click();
  await shows(page, ["new", "summer", "later", "old"]);
  assert.deepEqual(troubles, []);
  await page.context().close();
});

/** The colour in the middle of a picture, as the browser shows it. */
const seen = (page, bytes) =>
  page.evaluate(async (text) => {
    const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([raw], { type: "image/png" }));
    const sheet = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = sheet.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(sheet.width / 2, sheet.height / 2, 1, 1).data.slice(0, 3)];
  }, bytes.toString("base64"));

const isGreen = ([red, green, blue]) => green > 200 && red < 60 && blue < 60;

test("a picture with a colour profile comes down with it, with and without the workflow, and keeps its colours", async () => {
  const { page, troubles } = await open();
  const file = await readFile(join(folder, "old.png"));
  const tile = gallery(page).locator("[data-picture]").nth(3);
  await tile.click();
  const download = async (choice) => {
    await gallery(page).locator("aside").getByRole("button", { name: "Download" }).click();
    const event = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: choice }).click();
    const saved = await event;
    assert.equal(saved.suggestedFilename(), "old.png");
    return readFile(await saved.path());
  };
  const whole = await download("With the workflow inside");
  assert.ok(whole.equals(file), "with its workflow it is the file itself");
  const bare = await download("Without the workflow");
  const kinds = chunksOf(bare).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["IHDR", "iCCP", "IDAT", "IEND"]);
  assert.ok(!bare.includes(name), "nothing of the prompt is left");
  assert.ok(pixelsOf(bare).equals(pixelsOf(file)));
  const profile = (bytes) => chunksOf(bytes).find(({ kind }) => kind === "iCCP").data;
  assert.ok(profile(bare).equals(profile(file)));
  // The file says red, its profile makes that green: so it is in each copy, and in the likeness that the gallery shows.
  for (const bytes of [whole, bare]) assert.ok(isGreen(await seen(page, bytes)));
  const likeness = await tile.locator("img").evaluate(async (image) => {
    await image.decode();
    const sheet = new OffscreenCanvas(1, 1);
    const context = sheet.getContext("2d");
    context.drawImage(image, 0, 0, 1, 1);
    return { width: image.naturalWidth, colour: [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] };
  });
  assert.ok(likeness.width < 600 && isGreen(likeness.colour), JSON.stringify(likeness));
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a picture's prompt alone, or its seed alone, goes into the open workflow, and Undo takes it out", async () => {
  const { page } = await open();
  const number = page.locator('[data-node="sampler"] [data-widget="seed"]');
  const [words, start] = [await prompt(page).inputValue(), await number.inputValue()];
  await gallery(page).locator("[data-picture]").nth(1).click();
  await page.getByRole("button", { name: "Use the prompt" }).click();
  await page.keyboard.press("Escape");
  await gallery(page).waitFor({ state: "detached" });
  assert.equal(await prompt(page).inputValue(), `a summer ship ${name}`);
  assert.equal(await number.inputValue(), start);
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  assert.equal(await prompt(page).inputValue(), words);
  await page.getByRole("button", { name: "Open the gallery" }).click();
  await gallery(page).locator("[data-picture]").nth(1).click();
  await page.getByRole("button", { name: "Use the seed" }).click();
  await page.keyboard.press("Escape");
  await gallery(page).waitFor({ state: "detached" });
  assert.equal(await number.inputValue(), seed);
  assert.equal(await prompt(page).inputValue(), words);
  await page.locator('[data-node="sampler"] [data-seed-mode="fixed"]').waitFor();
  await page.context().close();
});

test("a picture that is still loading is a blur of its own colours", async () => {
  const made = await make(1);
  const { page } = await openPage();
  let go = () => {};
  const wait = new Promise((resolve) => {
    go = resolve;
  });
  await page.route("**/thumbnail?**", async (route) => {
    await wait;
    await route.continue();
  });
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  await field(page).fill(made);
  await field(page).press("Enter");
  const [{ id }] = await found(made);
  const tile = gallery(page).locator(`[data-picture="${id}"]`);
  await tile.and(page.locator('[data-state="loading"]')).waitFor();
  const blur = await tile.evaluate(async (element) => {
    const image = new Image();
    image.src = /url\("(data:.*)"\)/.exec(getComputedStyle(element).backgroundImage)[1];
    await image.decode();
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.drawImage(image, 0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  });
  assert.deepEqual(blur, [0x30, 0x60, 0xa0]);
  go();
  await tile.and(page.locator('[data-state="there"]')).waitFor();
  assert.equal(await tile.evaluate((element) => getComputedStyle(element).backgroundImage), "none");
  await page.context().close();
});
