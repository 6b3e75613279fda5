/** The page in a hand: what a small window has to keep in reach. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, dropFile, freshSeed, get, openPage, setSeed } from "./studio.mjs";

after(closeBrowser);

const PHONE = { width: 390, height: 844, hasTouch: true };
const inWindow = async (locator) => {
  const box = await locator.boundingBox();
  assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
};

/** By the rail's button, or where it has no room, by the menu behind its last one. */
async function fromRail(page, id) {
  const there = page.locator(`[data-rail="${id}"]`);
  if ((await there.count()) === 0) await page.locator('[data-rail="more"]').tap();
  await inWindow(there);
  await there.tap();
}

test("Run, Stop, the menu and every panel are in reach of a thumb, and nothing lies outside the window", async () => {
  const { page, troubles } = await openPage(PHONE);
  await page.locator("[data-view=form]").getByRole("button", { name: "Canvas" }).tap();
  await page.locator("[data-view]").waitFor({ state: "detached" });
  for (const name of ["Run", "Stop", "Menu"]) await inWindow(page.getByRole("button", { name, exact: true }));
  for (const id of ["nodes", "workflows", "models", "gallery", "queue", "outline", "inspector", "plugins", "system"]) {
    await fromRail(page, `panel.${id}`);
    const panel = page.locator(`[data-panel="${id}"]`);
    await panel.waitFor();
    await inWindow(panel);
    await panel
      .getByRole("button", { name: /^Close/ })
      .first()
      .tap();
    await panel.waitFor({ state: "detached" });
  }
  await fromRail(page, "page.settings");
  await page.getByRole("dialog").waitFor();
  assert.deepEqual(troubles, []);
});

test("a workflow that has a form opens as its form on a phone, and on the canvas elsewhere", async () => {
  const document = await get("/api/v1/templates/text-to-image");
  const form = { items: [{ kind: "field", node: "prompt", widget: "text" }] };
  const bytes = Buffer.from(JSON.stringify({ ...document, title: "With a form", form }));
  const phone = (await openPage(PHONE)).page;
  await dropFile(phone, bytes, "form.json", "application/json");
  await phone
    .locator("[data-view=form]")
    .getByRole("textbox", { name: /Prompt|Text/ })
    .first()
    .waitFor();
  const desk = (await openPage()).page;
  await dropFile(desk, bytes, "form.json", "application/json");
  await desk.getByRole("tab", { name: /With a form/ }).waitFor();
  assert.equal(await desk.locator("[data-view=form]").count(), 0);
});

test("beside a long word on the run the strip's own words are whole, or not there", async () => {
  const { page: desk } = await openPage();
  await setSeed(desk, freshSeed());
  await desk.locator('[data-node="sampler"] [data-widget="steps"]').fill("9000");
  await desk.keyboard.press("Control+Enter");
  await desk
    .locator('[data-node="sampler"] header')
    .getByText(/\/9000/)
    .waitFor();
  const { page } = await openPage({
    ...PHONE,
    prepare: (fresh) =>
      fresh.route("**/api/v1/pictures?limit=60&**", (route) => route.fulfill({ json: { pictures: [], next: null } })),
  });
  await page.locator("[data-view=form]").getByRole("button", { name: "Canvas" }).tap();
  const word = page.locator("[data-run-state]");
  await word.getByText("Another job is running").waitFor();
  await inWindow(word);
  const empty = page.locator("footer").getByText("Pictures you make appear here.");
  assert.equal(await empty.isVisible(), false);
  await desk.bringToFront();
  await desk.keyboard.press("Control+Alt+Enter");
  await page.bringToFront();
  await word.getByText("Idle").waitFor();
  const { height } = await empty.boundingBox();
  assert.ok(height <= 40, `${height} high: more than two lines`);
});
