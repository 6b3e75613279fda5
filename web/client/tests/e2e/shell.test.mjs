import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

const panel = (page) => page.locator('[data-panel="queue"]');
const region = (page) => page.evaluate(() => document.activeElement?.closest("[data-region]")?.dataset.region ?? null);
const gone = { state: "detached" };

test("the rail opens a panel over the canvas; pinned it stands beside it, nothing jumps, and it is remembered", async () => {
  const { page, troubles } = await openPage();
  const node = page.locator('[data-node="size"]');
  const before = await node.boundingBox();
  await page.locator('[data-rail="panel.queue"]').click();
  await panel(page).waitFor();
  assert.equal(await panel(page).getAttribute("data-docked"), "false");
  await panel(page).getByRole("button", { name: "Pin beside the canvas" }).click();
  await page.locator('[data-panel="queue"][data-docked="true"]').waitFor();
  const docked = await node.boundingBox();
  assert.ok(Math.abs(docked.x - before.x) < 1, `the canvas jumped by ${docked.x - before.x}`);

  const edge = panel(page).getByRole("separator");
  const width = (await panel(page).boundingBox()).width;
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((was) => document.querySelector("[data-panel]").offsetWidth === was + 16, width);

  await page.reload();
  await page.locator('[data-panel="queue"][data-docked="true"]').waitFor();
  await page.locator("[data-node]").first().waitFor();
  await page.keyboard.press("Control+\\");
  await panel(page).waitFor(gone);
  await page.keyboard.press("Control+\\");
  await panel(page).waitFor();
  assert.deepEqual(troubles, []);
});

test("F6 goes through the regions and the skip link goes to the canvas; the address stays", async () => {
  const { page } = await openPage();
  await page.getByRole("button", { name: "Menu", exact: true }).focus();
  await page.keyboard.press("Shift+Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to the canvas/);
  await page.keyboard.press("Enter");
  assert.equal(await region(page), "canvas");
  assert.equal(new URL(page.url()).hash, "");
  const seen = [];
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press("F6");
    seen.push(await region(page));
  }
  assert.deepEqual(seen, ["strip", "bar", "rail", "canvas"]);
  await page.keyboard.press("Shift+F6");
  assert.equal(await region(page), "rail");
});

test("the command palette finds by words of both languages, shows keys and runs; the sheet lists what is bound", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "What do you want to do?" });
  await search.fill("queue");
  const found = page.getByRole("dialog", { name: "Commands" }).getByRole("option");
  assert.match(await found.first().innerText(), /Queue[\s\S]*Q$/);
  await page.keyboard.press("Enter");
  await panel(page).waitFor();
  await page.keyboard.press("Escape");
  await panel(page).waitFor(gone);

  await page.keyboard.press("Control+k");
  await search.fill("设置");
  await found.filter({ hasText: "Settings" }).first().waitFor();
  await search.fill("zzzz");
  await page.getByText("No command called “zzzz”.").waitFor();
  await page.keyboard.press("Escape");
  await search.waitFor(gone);

  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.getByText("Ctrl+Shift+Enter").waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor(gone);
  assert.deepEqual(troubles, []);
});
