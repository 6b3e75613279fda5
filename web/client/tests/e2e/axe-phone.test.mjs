/** What a phone shows, read by axe-core: nothing serious or critical; and on the Chinese page no English. */

import assert from "node:assert/strict";
import { after } from "node:test";
import { scenes, view } from "./reading.mjs";
import { closeBrowser, freshSeed, get, URL_, waitForRun } from "./studio.mjs";

after(closeBrowser);

const PHONE = { width: 390, height: 844, hasTouch: true, isMobile: true };
const NAME = `axe phone ${freshSeed()}`;

async function share() {
  const workflow = await get("/api/v1/templates/text-to-image");
  const answer = await fetch(`${URL_}/api/v1/workflows/saved/${encodeURIComponent(NAME)}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ workflow, revision: null }),
  });
  assert.ok(answer.ok, await answer.text());
}

const form = (page) => page.locator("[data-view=form]");

async function toCanvas(page) {
  await form(page).getByRole("button", { name: "Canvas" }).tap();
  await page.locator("[data-view]").waitFor({ state: "detached" });
}

/** By the rail's button, or where it has no room, by the menu behind its last one. */
const panel = (id) => async (page) => {
  const there = page.locator(`[data-rail="panel.${id}"]`);
  if ((await there.count()) === 0) await page.locator('[data-rail="more"]').tap();
  await there.tap();
  await page.locator(`[data-panel="${id}"]`).waitFor();
};

const noPanel = (id) => async (page) => {
  const open = page.locator(`[data-panel="${id}"]`);
  await open
    .getByRole("button", { name: /^Close/ })
    .first()
    .tap();
  await open.waitFor({ state: "detached" });
};

async function paint(page) {
  await form(page).locator('[data-form-node="sampler"] [data-widget="seed"]').fill(freshSeed());
  await form(page).locator('[data-form-node="sampler"] [data-widget="steps"]').fill("2");
  await form(page).getByRole("button", { name: "Run", exact: true }).tap();
  await waitForRun(page, ["succeeded"], 120_000);
  await form(page).locator("[data-form-picture]").waitFor();
}

async function viewer(page) {
  await page.locator("[data-view=gallery] [data-picture]").first().dblclick();
  await page.locator("dialog[open]").waitFor();
}

async function noViewer(page) {
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
}

const moreOfTheRail = async (page) => {
  await page.locator('[data-rail="more"]').tap();
  await page.getByRole("menu").waitFor();
};

scenes(
  "a phone",
  share,
  [
    ["the first workflow's form", async () => undefined],
    ["the form with a picture", paint],
    ["the gallery", view("#/gallery")],
    ["the viewer", viewer, noViewer],
    ["a shared form", view(`#/form/${encodeURIComponent(NAME)}`)],
    ["the guide", view("#/guide")],
    [
      "the canvas",
      async (page) => {
        await view("#/form")(page);
        await toCanvas(page);
      },
    ],
    ["what the rail has no room for", moreOfTheRail, (page) => page.keyboard.press("Escape")],
    ...["nodes", "workflows", "queue", "inspector", "system"].map((id) => [id, panel(id), noPanel(id)]),
  ],
  PHONE,
);
