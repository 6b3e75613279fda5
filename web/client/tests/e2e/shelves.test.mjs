/** The library of workflows: what was saved, closed, deleted or comes with Noiseloom, found and opened by its card. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "./pictures.mjs";
import { closeBrowser, dropFile, freshSeed, get, openPage, URL_, waitForRun } from "./studio.mjs";

after(closeBrowser);

const tabs = (page) => page.getByRole("tab");
const panel = (page) => page.locator('[data-panel="workflows"]');
const cards = (page) => panel(page).getByRole("listitem");
const card = (page, name) => cards(page).filter({ hasText: name });
const search = (page, words) => panel(page).getByRole("searchbox").fill(words);
/** The part of a card that opens it. */
const face = (page, name) => card(page, name).getByRole("button").first();

async function openShelf(page, name) {
  if ((await panel(page).count()) === 0) await page.locator('[data-rail="panel.workflows"]').click();
  await panel(page).getByRole("button", { name, exact: true }).click();
}

async function saveAs(page, name) {
  await page.keyboard.press("Control+Shift+s");
  const dialog = page.getByRole("dialog", { name: "Save as…" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

const menuItem = async (page, name, item) => {
  await card(page, name)
    .getByRole("button", { name: /^What to do/ })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
};

const closeTab = (page) => page.locator('[data-active="true"] [data-close]').click();

/** A picture of plain colour as a workflow: no model, no sampler. */
async function dropPlain(page, title, color) {
  const workflow = {
    noiseloom: 2,
    id: crypto.randomUUID(),
    title,
    nodes: [
      { id: "colour", type: "EmptyImage", position: [0, 0], widgets: { width: 96, height: 64, batch_size: 1, color } },
      { id: "save", type: "SaveImage", position: [320, 0], widgets: { filename_prefix: title } },
    ],
    wires: [{ from: ["colour", "IMAGE"], to: ["save", "images"] }],
  };
  await dropFile(page, Buffer.from(JSON.stringify(workflow)), "plain.json", "application/json");
  await page.locator('[data-node="colour"]').waitFor();
}

/** The picture of a card, once it is really there. */
async function pictureOf(locator) {
  const picture = locator.locator("img");
  await picture.scrollIntoViewIfNeeded();
  return picture.evaluate(async (image) => {
    await image.decode();
    const sheet = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = sheet.getContext("2d");
    context.drawImage(image, 0, 0);
    const [red, green, blue] = context.getImageData(sheet.width / 2, sheet.height / 2, 1, 1).data;
    return { width: image.naturalWidth, red, green, blue };
  });
}

test("a saved workflow is opened by its card, renamed, put into the trash and brought back, with its picture", async () => {
  const { page, troubles } = await openPage();
  const name = `Shelf ${freshSeed()}`;
  await dropPlain(page, name, 0x2040c0);
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await page.locator('[data-result="save"]').first().waitFor();
  await saveAs(page, `tests/${name}`);
  await closeTab(page);
  await page.locator('[data-node="colour"]').waitFor({ state: "detached" });

  await openShelf(page, "Saved");
  await search(page, name);
  await until(async () => (await cards(page).count()) === 1);
  await panel(page).getByRole("heading", { name: "tests", exact: true }).waitFor();
  const shown = async () => {
    const { width, red, blue } = await pictureOf(card(page, name));
    assert.ok(width > 0 && blue > 150 && red < 80, "its picture is the blue one");
  };
  await shown();
  await face(page, name).click();
  await page.locator('[data-node="colour"]').waitFor();
  assert.match(await page.locator('[role="tab"][aria-selected="true"]').innerText(), new RegExp(name));

  // A slash moves it into another folder.
  const other = `tests/kept/Other ${name}`;
  await menuItem(page, name, "Rename or move to a folder");
  const field = panel(page).getByRole("textbox", { name: "Rename or move to a folder" });
  assert.equal(await field.inputValue(), `tests/${name}`);
  await field.fill(other);
  await field.press("Enter");
  await panel(page).getByRole("heading", { name: "tests/kept" }).waitFor();
  await card(page, `Other ${name}`).waitFor();
  await shown();
  assert.equal((await fetch(`${URL_}/api/v1/workflows/saved/${encodeURIComponent(`tests/${name}`)}`)).status, 404);

  await menuItem(page, name, "Move to the trash");
  await panel(page).getByText(`Nothing matches “${name.toLowerCase()}”`).waitFor();
  await openShelf(page, "Trash");
  await until(async () => (await cards(page).count()) === 1);
  await card(page, other).getByRole("button", { name: "Bring back" }).click();
  await panel(page).getByText("Nothing matches").waitFor();
  await openShelf(page, "Saved");
  await card(page, name).waitFor();
  await shown();
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a workflow comes back from the trash beside one that took its name meanwhile", async () => {
  const { page } = await openPage();
  const name = `Twice ${freshSeed()}`;
  await dropPlain(page, name, 0x208040);
  await saveAs(page, name);
  await openShelf(page, "Saved");
  await search(page, name);
  await menuItem(page, name, "Move to the trash");
  await card(page, name).waitFor({ state: "detached" });
  await saveAs(page, name);
  await openShelf(page, "Trash");
  await card(page, name).getByRole("button", { name: "Bring back" }).click();
  await page.getByRole("status").getByText(`it is back as ${name} 2`).waitFor();
  await openShelf(page, "Saved");
  await until(async () => (await cards(page).count()) === 2);
  for (const there of [name, `${name} 2`]) await get(`/api/v1/workflows/saved/${encodeURIComponent(there)}`);
  await page.context().close();
});

test("Undo of the trash leaves the open workflow saved under its name, so that the next save asks nothing", async () => {
  const { page } = await openPage();
  const name = `Undone ${freshSeed()}`;
  await dropPlain(page, name, 0x804020);
  await saveAs(page, name);
  await openShelf(page, "Saved");
  await search(page, name);
  await menuItem(page, name, "Move to the trash");
  await card(page, name).waitFor({ state: "detached" });
  await page.getByRole("status").getByRole("button", { name: "Undo", exact: true }).click();
  await card(page, name).waitFor();
  const width = page.locator('[data-node="colour"] [data-widget="width"]');
  await width.fill("128");
  await width.press("Enter");
  await page.locator('[data-active="true"] [data-unsaved="true"]').waitFor({ state: "attached" });
  await page.locator("h3").first().click();
  await page.keyboard.press("Control+s");
  await page.locator('[data-active="true"] [data-unsaved="false"]').waitFor({ state: "attached" });
  assert.equal(await page.getByRole("dialog").count(), 0);
  const { workflow } = await get(`/api/v1/workflows/saved/${encodeURIComponent(name)}`);
  assert.equal(workflow.nodes.find(({ id }) => id === "colour").widgets.width, 128);
  await page.context().close();
});

test("a draft that was closed is listed at once, and opens again with what was typed last", async () => {
  const { page } = await openPage();
  const name = `Draft ${freshSeed()}`;
  await dropPlain(page, name, 0x4080c0);
  await openShelf(page, "Drafts");
  await search(page, name);
  await panel(page).getByText("Nothing matches").waitFor();
  const before = await tabs(page).count();
  const width = page.locator('[data-node="colour"] [data-widget="width"]');
  await width.fill("112");
  await width.press("Enter");
  await closeTab(page);
  await card(page, name).getByText("closed").waitFor();
  await face(page, name).click();
  await width.waitFor();
  assert.equal(await width.inputValue(), "112");
  await card(page, name).waitFor({ state: "detached" });
  const open = (await tabs(page).allInnerTexts()).filter((title) => title.includes(name));
  assert.equal(open.length, 1);
  // The message about closing it still offers Undo: it is open already, and no second one comes.
  await page.getByRole("status").getByRole("button", { name: "Undo", exact: true }).click();
  assert.equal((await tabs(page).allInnerTexts()).filter((title) => title.includes(name)).length, 1);
  assert.equal(await tabs(page).count(), before + 1);
  await page.context().close();
});

test("every ready workflow with a picture shows it, and a search narrows them", async () => {
  const { page, troubles } = await openPage();
  await openShelf(page, "Templates");
  const { templates } = await get("/api/v1/templates");
  const pictured = templates.filter(({ thumbnail }) => thumbnail != null);
  // Whatever runs with what a fresh clone has shows what it makes; the rest show how they are wired.
  const ready = templates.filter(({ description }) => /starter models?/.test(description)).map(({ name }) => name);
  assert.ok(ready.length > 15, `${ready.length} templates say that they run with the starter models`);
  assert.deepEqual(
    ready.filter((name) => !pictured.some((template) => template.name === name)),
    [],
  );
  await until(async () => (await cards(page).count()) === templates.length);
  const pictures = panel(page).locator("img");
  assert.equal(await pictures.count(), pictured.length);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    assert.ok(
      await picture.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)),
      await picture.getAttribute("src"),
    );
  }
  await search(page, "controlnet");
  await until(async () => (await cards(page).count()) < templates.length);
  assert.match(await cards(page).first().innerText(), /ControlNet/);
  await search(page, "zzzz");
  await panel(page).getByText("Nothing matches “zzzz”").waitFor();
  assert.deepEqual(troubles, []);
  await page.context().close();
});
