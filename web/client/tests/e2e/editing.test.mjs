import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, drag, nodes, openPage, PROMPT, prompt, socketAt, wires } from "./studio.mjs";

after(closeBrowser);

const EMPTY = { x: 480, y: 130 };

test("typing is undone in one step and done again", async () => {
  const { page } = await openPage();
  await prompt(page).fill("a green star");
  await page.getByRole("button", { name: /^Undo/ }).click();
  assert.equal(await prompt(page).inputValue(), PROMPT);
  await page.getByRole("button", { name: /^Redo/ }).click();
  assert.equal(await prompt(page).inputValue(), "a green star");
});

test("a drag moves a node, and undo puts it back", async () => {
  const { page } = await openPage();
  const size = page.locator('[data-node="size"]');
  const before = await size.boundingBox();
  await drag(page, { x: before.x + 100, y: before.y + 16 }, { x: before.x + 100, y: before.y - 104 });
  const moved = await size.boundingBox();
  assert.ok(Math.abs(moved.y - before.y + 120) <= 8, `moved by ${moved.y - before.y}`);
  await page.keyboard.press("Control+z");
  const back = await size.boundingBox();
  assert.deepEqual([back.x, back.y], [before.x, before.y]);
});

test("delete takes a node with its wires, undo brings both back", async () => {
  const { page } = await openPage();
  const [nodesBefore, wiresBefore] = [await nodes(page), await wires(page)];
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("Delete");
  assert.equal(await nodes(page), nodesBefore - 1);
  assert.ok((await wires(page)) < wiresBefore);
  await page.keyboard.press("Control+z");
  assert.deepEqual([await nodes(page), await wires(page)], [nodesBefore, wiresBefore]);
});

test("copy and paste bring a second node with fresh id", async () => {
  const { page, context } = await openPage();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator('[data-node="negative"] h3').click();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await page.locator('[data-node="negative-2"]').waitFor();
});

test("a double-click opens the palette; typing and Enter add a node", async () => {
  const { page } = await openPage();
  await page.mouse.dblclick(EMPTY.x, EMPTY.y);
  await page.getByRole("combobox", { name: "Search nodes" }).waitFor();
  await page.keyboard.type("invert");
  await page.keyboard.press("Enter");
  await page.locator('[data-node="imageinvert"]').waitFor();
});

test("a wire dropped on empty canvas offers only nodes that take it, and wires the chosen one", async () => {
  const { page } = await openPage();
  const before = await wires(page);
  await drag(page, await socketAt(page, "size", "output", "LATENT"), EMPTY);
  const titles = await page.getByRole("option").allInnerTexts();
  assert.ok(titles.some((title) => title.includes("Decode")));
  assert.ok(!titles.some((title) => title.includes("Load image")));
  await page.keyboard.type("decode");
  await page.keyboard.press("Enter");
  await page.locator('[data-node="vaedecode"]').waitFor();
  assert.equal(await wires(page), before + 1);
});

test("a wire between types that do not fit is refused in words", async () => {
  const { page } = await openPage();
  const before = await wires(page);
  const from = await socketAt(page, "decode", "output", "IMAGE");
  const to = await socketAt(page, "sampler", "input", "latent_image");
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.getByText("Image cannot feed Latent.").waitFor();
  await page.mouse.up();
  assert.equal(await wires(page), before);
});

test("bypass and mute are seen on the node, and taken back by the same key", async () => {
  const { page } = await openPage();
  const head = page.locator('[data-node="decode"] header');
  await page.locator('[data-node="decode"] h3').click();
  await page.keyboard.press("Control+b");
  assert.match(await head.innerText(), /bypass/);
  await page.keyboard.press("Control+b");
  await page.keyboard.press("Control+m");
  assert.match(await head.innerText(), /muted/);
});
