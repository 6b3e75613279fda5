/** How the canvas and its panels look, in each theme and on each screen, beside pictures of how they looked. */

import { after } from "node:test";
import { still } from "./camera.mjs";
import { LIGHT, scene, WIDE } from "./scene.mjs";
import { closeBrowser } from "./studio.mjs";

after(closeBrowser);

const panel = (id, holds) => async (page) => {
  await page.locator(`[data-rail="panel.${id}"]`).click();
  await page.locator(`[data-panel="${id}"]`).locator(holds).first().waitFor();
};

async function theme(page, value) {
  await page.evaluate((chosen) => {
    const key = "noiseloom.preferences";
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? "{}"), theme: chosen }));
  }, value);
  await page.reload();
  await page.locator('[data-node="prompt"] textarea').waitFor();
  await still(page);
}

/** The canvas without the focus that a first visit gives to the prompt. */
const rest = async (page) => {
  await page.locator(".react-flow__pane").click({ position: { x: 4, y: 4 } });
};

async function problem(page) {
  await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
  await page.keyboard.press("Control+Enter");
  await page.locator("[data-code]").first().waitFor();
  await rest(page);
}

async function emptyCanvas(page) {
  await page.locator("#canvas").focus();
  await page.keyboard.press("Alt+n");
  await page.locator("article[data-node]").first().waitFor({ state: "detached" });
  await page.getByText("Nothing here yet").waitFor();
}

async function templates(page) {
  await panel("workflows", "[role=searchbox], input")(page);
  await page.locator('[data-panel="workflows"]').getByText("Templates", { exact: true }).click();
  const search = page.locator('[data-panel="workflows"]').getByRole("searchbox");
  await search.fill("picture");
  await page.locator('[data-panel="workflows"] img').first().waitFor();
}

async function settings(page) {
  await page.keyboard.press("Control+,");
  await page.getByRole("dialog").waitFor();
}

async function palette(page) {
  await page.mouse.dblclick(480, 110);
  await page.getByRole("combobox", { name: "Search nodes" }).fill("latent");
  await page.locator('[role="option"]').first().waitFor();
}

async function inspector(page) {
  await page.locator('[data-node="sampler"] h3').click();
  await panel("inspector", "h3")(page);
}

async function nodeMenu(page) {
  await page.locator('[data-node="sampler"] [aria-haspopup="menu"]').click();
  await page.getByRole("menu").waitFor();
}

/** What this machine has and when its files came: other on every machine. */
const SYSTEM = ["[data-panel=system] > header + div"];
const DATES = ["[data-panel=models] [data-model]"];

scene("main-dark", {}, rest);
scene("main-light", LIGHT, rest);
scene("main-zh", { ...LIGHT, locale: "zh-CN" }, rest);
scene("main-contrast", {}, async (page) => {
  await theme(page, "contrast");
  await rest(page);
});
scene("main-wide", WIDE, rest);
scene("main-wide-light", { ...WIDE, ...LIGHT }, rest);
scene("a-problem", LIGHT, problem);
scene("an-empty-canvas", {}, emptyCanvas);
scene("palette", {}, palette);
scene("node-menu", LIGHT, nodeMenu);
scene("inspector", {}, inspector);
scene("node-library", {}, panel("nodes", "[data-branch]"));
scene("model-library", LIGHT, panel("models", "[data-model]"), DATES);
scene("templates", {}, templates, ["[data-panel=workflows] section"]);
scene("queue-empty", {}, panel("queue", "text=Nothing waits."));
scene("system", {}, panel("system", "[data-device]"), SYSTEM);
scene("settings", {}, settings);
