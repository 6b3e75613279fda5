/** The gallery: pictures found, looked at, compared, sorted, put into the trash and back into workflows. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { found, make, plain, post, until } from "./pictures.mjs";
import { closeBrowser, drag, get, openPage, prompt, URL_, waitForRun } from "./studio.mjs";

after(closeBrowser);

async function openGallery(page, search) {
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  await page.locator('[data-view="gallery"] h1').waitFor();
  if (search !== undefined) await look(page, search);
}

async function look(page, search) {
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.fill(search);
  await field.press("Enter");
}

const tiles = (page) => page.locator("[data-picture]");
const loaded = (page, count) =>
  page.waitForFunction(
    (wanted) => document.querySelectorAll('[data-picture][data-state="there"]').length === wanted,
    count,
  );

test("pictures come into the gallery by themselves, and a search finds them", async () => {
  const name = await make(2);
  const { page, troubles } = await openPage();
  await page.keyboard.press("Escape");
  await page.locator('[data-rail="panel.gallery"]').click();
  await page.getByRole("button", { name: "Open the gallery" }).click();
  await look(page, name);
  await loaded(page, 2);
  await post("/api/v1/jobs", { graph: plain(1, `${name}/made`) });
  await loaded(page, 3);
  await look(page, `${name}nothing`);
  await page.getByText("No picture for").waitFor();
  await page.getByRole("button", { name: "All pictures" }).click();
  await tiles(page).first().waitFor();
  assert.deepEqual(troubles, []);
});

test("rows keep every picture's shape, and nothing moves while pictures load", async () => {
  const sizes = [
    [200, 100],
    [90, 180],
    [128, 128],
  ];
  const name = await make(9, sizes);
  const { page } = await openPage();
  await page.route("**/thumbnail?**", async (route) => {
    await until(async () => (await page.locator("[data-picture]").count()) === 9);
    await route.continue();
  });
  await openGallery(page, name);
  await tiles(page).nth(8).waitFor();
  const boxes = () => tiles(page).evaluateAll((all) => all.map((tile) => JSON.stringify(tile.getBoundingClientRect())));
  const before = await boxes();
  await loaded(page, 9);
  assert.deepEqual(await boxes(), before);
  const shapes = await tiles(page).evaluateAll((all) => all.map((tile) => tile.offsetWidth / tile.offsetHeight));
  const wanted = [...sizes.keys()].map((index) => sizes[index][0] / sizes[index][1]);
  for (const shape of shapes) {
    assert.ok(
      wanted.some((one) => Math.abs(one - shape) < 0.05),
      `a picture is ${shape} wide by its height`,
    );
  }
});

test("arrows move, Space opens, S stars, Del trashes and Undo brings back", async () => {
  const name = await make(3);
  const { page } = await openPage();
  await openGallery(page, name);
  await loaded(page, 3);
  const ids = (await found(name)).map(({ id }) => String(id));
  await tiles(page).first().focus();
  await page.keyboard.press("ArrowRight");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-picture"));
  await until(async () => (await focused()) === ids[1]);
  await page.keyboard.press("s");
  await until(async () => (await found(`${name} is:star`)).length === 1);
  await page.keyboard.press("Space");
  const viewer = page.locator("dialog[open]");
  await viewer.locator("img").waitFor();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  assert.equal(await focused(), ids[1], "the focus is back where it was");
  await page.keyboard.press("Shift+ArrowRight");
  await page.getByRole("toolbar", { name: "Selected pictures" }).waitFor();
  await page.keyboard.press("Delete");
  await until(async () => (await found(name)).length === 1);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await until(async () => (await found(name)).length === 3);
  await until(async () => (await tiles(page).count()) === 3);
});

test("the strip has what the gallery has: what goes into the trash leaves it, there and after a reload", async () => {
  const name = await make(1);
  await post("/api/v1/jobs", { graph: plain(3, `${name}/stays`) });
  const { page, troubles } = await openPage();
  const inStrip = (file, wanted) =>
    until(async () => (await page.locator(`footer li img[src*="${name}/${file}"]`).count()) === (wanted ? 1 : 0));
  const trash = async () => {
    await tiles(page).first().click();
    await page.keyboard.press("Delete");
    await inStrip("made", false);
  };
  await inStrip("made", true);
  await openGallery(page, `${name} made`);
  await loaded(page, 1);
  await trash();
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await inStrip("made", true);
  await loaded(page, 1);
  await trash();
  await page.reload();
  await inStrip("stays", true);
  await inStrip("made", false);
  // One that comes meanwhile is there at once.
  await post("/api/v1/jobs", { graph: plain(7, `${name}/later`) });
  await inStrip("later", true);
  await inStrip("made", false);
  assert.deepEqual(troubles, []);
});

test("in the trash a picture comes back by Restore, and goes for good only at a second press", async () => {
  const name = await make(1);
  const { page } = await openPage();
  await openGallery(page, name);
  await loaded(page, 1);
  await tiles(page).first().click();
  await page.keyboard.press("Delete");
  await loaded(page, 0);
  const trash = page.getByRole("button", { name: "Trash", exact: true });
  await trash.click();
  const away = async () => {
    await loaded(page, 1);
    await tiles(page).first().click();
  };
  await away();
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await loaded(page, 0);
  await trash.click();
  await away();
  await page.keyboard.press("Delete");
  await loaded(page, 0);
  await trash.click();
  await away();
  await page.getByRole("button", { name: "Delete for good" }).click();
  const sure = page.getByRole("button", { name: "Really delete 1 file?" });
  await sure.waitFor();
  assert.equal((await found(`${name} is:trash`)).length, 1);
  await sure.click();
  await loaded(page, 0);
  await until(async () => (await found(`${name} is:trash`)).length === 0);
});

test("the viewer zooms to the pointer, fits again, goes on and tells what made the picture", async () => {
  const name = await make(2, [[640, 480]]);
  const { page } = await openPage({ width: 1600, height: 900 });
  await openGallery(page, name);
  await loaded(page, 2);
  await tiles(page).first().dblclick();
  const viewer = page.locator("dialog[open]");
  const picture = viewer.locator("img").first();
  await page.waitForFunction(() => document.querySelector("dialog[open] img")?.offsetWidth > 200);
  const before = await picture.boundingBox();
  const point = { x: before.x + before.width * 0.25, y: before.y + before.height * 0.5 };
  await page.mouse.move(point.x, point.y);
  await page.mouse.wheel(0, -600);
  await page.waitForFunction(
    (width) => document.querySelector("dialog[open] img").offsetWidth > width * 1.5,
    before.width,
  );
  const zoomed = await picture.boundingBox();
  assert.ok(Math.abs((point.x - zoomed.x) / zoomed.width - 0.25) < 0.02, "what was under the pointer still is");
  await drag(page, point, { x: point.x + 60, y: point.y });
  const moved = await picture.boundingBox();
  assert.ok(Math.abs(moved.x - zoomed.x - 60) < 3, "a drag moves it");
  await page.keyboard.press("1");
  await page.waitForFunction(() => document.querySelector("dialog[open] img").offsetWidth === 640);
  await page.keyboard.press("0");
  assert.deepEqual(await picture.boundingBox(), before);
  const first = await picture.getAttribute("src");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((src) => document.querySelector("dialog[open] img")?.getAttribute("src") !== src, first);
  await viewer.getByText("640 × 480").waitFor();
  await page.keyboard.press("i");
  await viewer.getByText("640 × 480").waitFor({ state: "detached" });
});

test("two pictures are compared by wiping, flipping and difference, and what differs is listed", async () => {
  const name = await make(2, [
    [320, 240],
    [320, 240],
  ]);
  const { page } = await openPage();
  await openGallery(page, name);
  await loaded(page, 2);
  await tiles(page).first().focus();
  await page.keyboard.press("c");
  const compare = page.locator("dialog[open]");
  const wipe = compare.getByRole("slider");
  await wipe.focus();
  await page.keyboard.press("ArrowLeft");
  assert.equal(await wipe.getAttribute("aria-valuenow"), "49");
  const box = await wipe.boundingBox();
  await drag(page, { x: box.x + 12, y: box.y + 40 }, { x: box.x + 212, y: box.y + 40 });
  assert.ok(Number(await wipe.getAttribute("aria-valuenow")) > 55);
  await compare.getByRole("row", { name: /Plain image › Colour/ }).waitFor();
  await compare.getByRole("radio", { name: "Difference" }).click();
  await compare.locator('img[data-difference="true"]').waitFor();
  await compare.getByRole("radio", { name: "Flip" }).click();
  const shown = () => compare.locator("img").first().getAttribute("src");
  const before = await shown();
  await page.keyboard.down("b");
  await until(async () => (await shown()) !== before);
  await page.keyboard.up("b");
  await until(async () => (await shown()) === before);
  await compare.getByRole("radio", { name: "Side by side" }).click();
  assert.equal(await compare.locator("img").count(), 2);
});

test("three and four pictures are compared side by side: all there, moved as one, with what differs in a column each", async () => {
  const name = await make(5, [[320, 240]]);
  const { page, troubles } = await openPage();
  await openGallery(page, name);
  await loaded(page, 5);
  await tiles(page).first().click();
  await tiles(page)
    .nth(2)
    .click({ modifiers: ["Shift"] });
  const bar = page.getByRole("toolbar", { name: "Selected pictures" });
  const compare = page.locator("dialog[open]");
  for (const count of [3, 4]) {
    if (count === 4)
      await tiles(page)
        .nth(3)
        .click({ modifiers: ["Shift"] });
    await bar.getByRole("button", { name: "Compare" }).click();
    const pictures = compare.locator("img");
    await until(async () => (await pictures.count()) === count);
    const sources = await pictures.evaluateAll((all) =>
      Promise.all(all.map((image) => image.decode().then(() => (image.naturalWidth === 320 ? image.src : "")))),
    );
    assert.equal(new Set(sources.filter(Boolean)).size, count, "each is another picture, and there");
    for (const letter of ["A", "B", "C", "D"].slice(0, count))
      await compare.getByText(letter, { exact: true }).first().waitFor();
    for (const mode of ["Wipe", "Difference"]) assert.ok(await compare.getByRole("radio", { name: mode }).isDisabled());
    const widths = () =>
      pictures.evaluateAll((all) => all.map((image) => Math.round(image.getBoundingClientRect().width)));
    const fits = await widths();
    await page.keyboard.press("+");
    await until(async () => (await widths()).every((width, index) => width > fits[index] * 1.2));
    assert.equal(new Set(await widths()).size, 1);
    const row = compare.getByRole("row", { name: /Plain image › Colour/ });
    const values = await row.getByRole("cell").allInnerTexts();
    assert.equal(new Set(values).size, count, `${values}`);
    await compare.getByRole("radio", { name: "Flip" }).click();
    const turned = [];
    for (let turn = 0; turn < count; turn += 1) {
      turned.push(await compare.locator("img").getAttribute("src"));
      await compare.getByRole("button", { name: "Next picture" }).click();
    }
    assert.equal(new Set(turned).size, count);
    await page.keyboard.press("Escape");
    await compare.waitFor({ state: "detached" });
  }
  await tiles(page)
    .nth(4)
    .click({ modifiers: ["Shift"] });
  await bar.getByText("5 selected").waitFor();
  assert.ok(await bar.getByRole("button", { name: "Compare" }).isDisabled());

  // All of them come down in one file.
  const event = page.waitForEvent("download");
  await bar.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "Without the workflow" }).click();
  const archive = await readFile(await (await event).path());
  for (const { filename } of await found(name)) assert.ok(archive.includes(filename), filename);
  const ids = (await found(name)).map(({ id }) => id).join();
  const whole = await (await fetch(`${URL_}/api/v1/pictures/archive?ids=${ids}&workflow=true`)).arrayBuffer();
  assert.deepEqual([Buffer.from(whole).includes("EmptyImage"), archive.includes("EmptyImage")], [true, false]);
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a board is made of a selection, looked at, renamed, moved up, and deleted without its pictures", async () => {
  const name = await make(3);
  const { page } = await openPage();
  await openGallery(page, name);
  await loaded(page, 3);
  await tiles(page).first().click();
  await tiles(page)
    .nth(1)
    .click({ modifiers: ["Shift"] });
  const bar = page.getByRole("toolbar", { name: "Selected pictures" });
  await bar.getByRole("button", { name: "Board" }).click();
  await page.getByRole("menuitem", { name: "New board…" }).click();
  await page.getByRole("textbox", { name: "Name of the board" }).fill(`B ${name}`);
  await page.keyboard.press("Enter");
  await until(async () => (await found(`board:"B ${name}"`)).length === 2);
  const menu = page.locator("header").locator("button[aria-haspopup=menu]", { hasText: /^Board$|^B g/ });
  await menu.click();
  await page.getByRole("menuitem", { name: `B ${name}` }).click();
  await until(async () => (await tiles(page).count()) === 2);
  const order = async () => (await found(`board:"B ${name}"`)).map(({ id }) => id);
  const before = await order();
  await tiles(page).first().focus();
  await page.keyboard.press("Alt+ArrowRight");
  await until(async () => (await order())[0] === before[1]);
  await menu.click();
  await page.getByRole("menuitem", { name: "Rename the board…" }).click();
  await page.getByRole("textbox", { name: "Name of the board" }).fill(`C ${name}`);
  await page.keyboard.press("Enter");
  const named = page.locator("header").locator("button[aria-haspopup=menu]", { hasText: `C ${name}` });
  await named.waitFor();
  const undo = (words) =>
    page.getByRole("status").filter({ hasText: words }).getByRole("button", { name: "Undo" }).click();

  const held = (await found(`board:"C ${name}"`)).length;
  await tiles(page).first().click();
  await page.getByRole("complementary").getByRole("button", { name: "Board" }).click();
  await page.getByRole("menuitem", { name: "Take off this board" }).click();
  await until(async () => (await found(`board:"C ${name}"`)).length === held - 1);
  await until(async () => (await tiles(page).count()) === held - 1);
  await undo("off “C");
  await until(async () => (await tiles(page).count()) === held);
  assert.equal((await found(`board:"C ${name}"`)).length, held);

  const { id: last } = await post("/api/v1/boards", { title: `A ${name}`, ids: [] });
  const boards = async () => (await get("/api/v1/boards")).boards.filter(({ title }) => title.endsWith(name));
  const titles = async () => (await boards()).map(({ title }) => title);
  await post(`/api/v1/boards/${last}`, { before: (await boards())[0].id });
  assert.deepEqual(await titles(), [`A ${name}`, `C ${name}`]);
  await page.reload();
  await openGallery(page, `board:"C ${name}"`);
  await named.click();
  await page.getByRole("menuitem", { name: "Move the board up" }).click();
  await until(async () => (await titles())[0] === `C ${name}`);

  await named.click();
  await page.getByRole("menuitem", { name: "Delete the board" }).click();
  await page.getByText("its pictures stay").waitFor();
  await undo("its pictures stay");
  await until(async () => (await titles()).join() === `C ${name},A ${name}`);
  assert.equal((await found(`board:"C ${name}"`)).length, held);
  await look(page, `board:"C ${name}"`);
  await named.click();
  await page.getByRole("menuitem", { name: "Delete the board" }).click();
  await until(async () => (await titles()).join() === `A ${name}`);
  const all = (await found(name)).map(({ id }) => id);
  assert.equal(all.length, 3);
  const outside = all.find((id) => !before.includes(id));
  await page.locator(`[data-view="gallery"] [data-picture="${outside}"]`).waitFor();
});

test("a picture dragged onto an image node becomes its image; one undo takes it back", async () => {
  const name = await make(1);
  const { page } = await openPage();
  await page.keyboard.press("Escape");
  const panel = page.locator('[data-panel="gallery"]');
  await page.locator('[data-rail="panel.gallery"]').click();
  await look(page, name);
  await loaded(page, 1);
  await panel
    .locator("[data-picture]")
    .dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: 500, y: 612 } });
  await page.getByRole("menuitem", { name: "New image node" }).click();
  const node = page.locator("article[data-node]", { has: page.locator('[data-widget="image"]') });
  await node.waitFor();
  const [made] = await found(name);
  const value = `${made.subfolder}/${made.filename} [output]`;
  assert.equal(await node.locator('[data-widget="image"]').inputValue(), value);
  assert.ok(
    await node.locator("img").evaluate((image) => image.decode().then(() => image.naturalWidth === 160)),
    "the node shows it",
  );
  const other = await make(1);
  // The new node may reach below the window: bring every node into view.
  await page.locator("#canvas").focus();
  await page.keyboard.press("Shift+1");
  await look(page, other);
  // The search before it found one picture too.
  const [second] = await found(other);
  await panel.locator(`[data-picture="${second.id}"]`).dragTo(node);
  await until(
    async () =>
      (await node.locator('[data-widget="image"]').inputValue()) === `${second.subfolder}/${second.filename} [output]`,
  );
  await page.locator("#canvas").focus();
  await page.keyboard.press("Control+z");
  await until(async () => (await node.locator('[data-widget="image"]').inputValue()) === value);
});

test("a picture's prompt and seed go into the open workflow, and its workflow opens again", async () => {
  const { page } = await openPage();
  const words = `a green star ${Math.random().toString(36).slice(2, 8)}`;
  await prompt(page).fill(words);
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await until(async () => (await found(`"${words}"`)).length === 1);
  const [made] = await found(`"${words}"`);
  assert.ok(made.model.includes("starter") && made.steps === 2 && /^\d+$/.test(made.seed));
  await prompt(page).fill("something else");
  await openGallery(page, `"${words}"`);
  await tiles(page).first().click();
  await page.getByRole("button", { name: "Use all values" }).click();
  await page.keyboard.press("Escape");
  await page.locator('[data-view="gallery"]').waitFor({ state: "detached" });
  assert.equal(await prompt(page).inputValue(), words);
  assert.equal(await page.locator('[data-node="sampler"] [data-widget="seed"]').inputValue(), made.seed);
  await prompt(page).fill("again something else");
  await openGallery(page);
  await tiles(page).first().click();
  await page.getByRole("button", { name: "Open its workflow" }).click();
  await page.locator('[data-view="gallery"]').waitFor({ state: "detached" });
  await until(async () => (await prompt(page).inputValue()) === words);
});

test("a picture whose file is gone says so", async () => {
  const name = await make(1);
  const { page } = await openPage();
  await page.route("**/thumbnail?**", (route) => route.fulfill({ status: 404, body: "" }));
  await page.route("**/files/output/**", (route) => route.fulfill({ status: 404, body: "" }));
  await openGallery(page, name);
  await page.locator('[data-picture][data-state="gone"]').first().waitFor();
  await tiles(page).first().dblclick();
  await page.getByText("file is not there any more").waitFor();
});

test("what a search does not understand is marked, and Chinese words are Chinese", async () => {
  const { page } = await openPage({ locale: "zh-CN" });
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  const field = page.getByRole("textbox", { name: "搜索图像" });
  await field.fill("is:nice ");
  await page.locator('[data-unknown="true"]', { hasText: "is:nice" }).waitFor();
  await page.getByRole("heading", { name: "图库" }).waitFor();
});

test("ten thousand pictures scroll without drawing more than a screenful", async () => {
  const { page } = await openPage();
  const many = 10_000;
  await page.route("**/api/v1/pictures?**", async (route) => {
    const url = new URL(route.request().url());
    const before = Number(url.searchParams.get("before") ?? many + 1);
    const limit = Number(url.searchParams.get("limit"));
    const first = Math.max(1, before - limit);
    const pictures = Array.from({ length: before - first }, (_, at) => record(before - 1 - at));
    const next = first > 1 ? first : null;
    await route.fulfill({ json: { pictures: url.searchParams.has("after") ? [] : pictures, next, ignored: [] } });
  });
  await page.route("**/thumbnail?**", (route) => route.fulfill({ status: 404, body: "" }));
  await openGallery(page);
  await tiles(page).first().waitFor();
  const list = page.locator('[data-view="gallery"] [role=listbox]');
  for (let wanted = 1; wanted < 6; wanted += 1) {
    const before = (await list.boundingBox()).height;
    await list.evaluate((element) => element.parentElement.scrollTo({ top: element.offsetHeight }));
    await page.waitForFunction(
      ([was, selector]) => document.querySelector(selector).offsetHeight > was,
      [before, '[data-view="gallery"] [role=listbox]'],
    );
    assert.ok((await tiles(page).count()) < 150);
  }
});

/** A picture as the server tells it. */
function record(id) {
  const facts = { prompt: `picture ${id}`, negative: "", model: "", sampler: "", seed: "", steps: null, cfg: null };
  return {
    ...facts,
    id,
    place: id,
    subfolder: "",
    filename: `${id}.png`,
    url: `/api/v1/files/output/${id}.png`,
    thumbnail: `/api/v1/pictures/${id}/thumbnail?v=1`,
    version: "1",
    size: 1,
    width: 100 + (id % 3) * 60,
    height: 120,
    made: 1_700_000_000 + id * 60,
    star: false,
    state: "kept",
    trashed: null,
    job_id: "",
    node: "",
    title: "",
    workflow: false,
    blur: "",
  };
}
