/** What the pictures of the documentation show: each takes a page there, in either language. */

import { readFile } from "node:fs/promises";
import { dropFile, get, setSeed, URL_, waitForRun } from "../tests/e2e/studio.mjs";
import { post } from "./gallery.mjs";

/** Run the first picture; stop the camera while it forms, or after. */
export async function paint(page, { forming = false } = {}) {
  await setSeed(page, "7");
  if (forming) {
    await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("60");
    await setSeed(page, String(Date.now()));
  }
  await page.locator("h3").first().click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  if (forming) {
    await page.locator('[data-node="sampler"] img').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(700);
  } else {
    await waitForRun(page, ["succeeded"], 120_000);
    await page.locator('[data-result="picture"]').waitFor();
  }
}

export async function openGallery(page) {
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  const pictures = page.locator("[data-view=gallery] [data-picture]");
  await pictures.nth(7).waitFor();
  await pictures.nth(2).click();
  await page.waitForTimeout(800);
}

export async function openForm(page) {
  await paint(page);
  await page.keyboard.press("Control+Shift+F");
  const form = page.locator("[data-view=form]");
  await form.locator('[data-form-node="prompt"]').waitFor();
}

/** The newest picture of the output folder. */
async function newestPicture() {
  const { images } = await get("/api/v1/images?limit=1");
  return Buffer.from(await (await fetch(URL_ + images[0].url)).arrayBuffer());
}

/** The inpainting workflow with a picture of ours, and a stroke over the circle in its upper half. */
export async function openMask(page) {
  const template = await readFile(new URL("../../../workflows/inpaint.json", import.meta.url));
  await dropFile(page, template, "inpaint.json", "application/json");
  const node = page.locator('[data-node="image"]');
  // Controls are there from 60 % on.
  await node.locator("h3").click();
  await page.keyboard.press("f");
  const picture = { name: "picture.png", mimeType: "image/png", buffer: await newestPicture() };
  await node.locator("input[type=file]").setInputFiles(picture);
  await node.locator('img[alt^="picture"]').waitFor();
  await node.getByRole("button", { name: (await wordsOf(page)).mask.on_picture }).click();
  const surface = page.locator("[data-view=mask] canvas");
  await surface.waitFor();
  await page.waitForTimeout(500);
  const { x, y, width, height } = await surface.boundingBox();
  for (let turn = 0; turn <= 20; turn += 1) {
    const angle = (turn / 20) * 2 * Math.PI;
    await page.mouse.move(x + width / 2 + 40 * Math.cos(angle), y + height * 0.33 + 30 * Math.sin(angle));
    if (turn === 0) await page.mouse.down();
  }
  await page.mouse.up();
  await silent(page);
}

/** A batch over guidance and seed, laid out. */
export async function openGrid(page) {
  const words = await wordsOf(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: words.run.options, exact: true }).click();
  await page.getByRole("menuitem", { name: words.run.vary }).click();
  const dialog = page.getByRole("dialog");
  const vary = async (at, widget, values) => {
    const axis = dialog.locator(`[data-axis="${at}"]`);
    const label = await axis.locator("select option", { hasText: widget }).first().innerText();
    await axis.locator("select").selectOption({ label });
    await axis.getByRole("radio", { name: words.batch.list, exact: true }).check();
    await axis.getByRole("textbox").fill(values.join("\n"));
  };
  const { cfg, seed } = (await wordsOf(page, "nodes")).labels;
  await vary(0, cfg, [1, 4, 8]);
  await dialog.getByRole("button", { name: words.batch.add_axis, exact: true }).click();
  await vary(1, seed, [1, 2]);
  await dialog.locator("button[type=submit]").click();
  const panel = page.locator('[data-panel="queue"]');
  await panel.getByRole("tab", { name: words.queue.tab.batches }).click();
  await panel.locator('[data-batch] [aria-valuenow="6"]').first().waitFor({ timeout: 120_000 });
  await panel.getByRole("button", { name: words.batch.show_grid }).first().click();
  await page.waitForFunction(() => document.querySelectorAll("dialog td img, [role=dialog] td img").length === 6);
  await silent(page);
}

/** Size, sampler and decoder in one node, seen from within. */
export async function openSubgraph(page) {
  await paint(page);
  for (const [at, id] of ["size", "sampler", "decode"].entries()) {
    await page.locator(`[data-node="${id}"] h3`).click(at === 0 ? {} : { modifiers: ["Shift"] });
  }
  await page.keyboard.press("Control+Shift+e");
  await page.locator('[data-node="sampler"]').waitFor({ state: "detached" });
  await page.locator(".react-flow__node.selected").waitFor();
  await page.keyboard.press("Alt+ArrowDown");
  await page.locator('[data-node="$outputs"]').waitFor();
  await page.keyboard.press("Shift+1");
  await silent(page);
}

/** Without the wire that a sampler needs. */
export async function breakWire(page) {
  await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
  await page.keyboard.press("Control+Enter");
  await page.locator("[data-code]").first().waitFor();
}

/** In Chinese by the first sounds of the words: 图像. */
export async function openPalette(page) {
  const chinese = (await page.evaluate(() => document.documentElement.lang)) === "zh-CN";
  await page.mouse.dblclick(480, 130);
  await page.keyboard.type(chinese ? "tx" : "im");
}

/** Three jobs that wait while the queue is paused. Answers what lets them go again. */
export async function openQueue(page) {
  const words = await wordsOf(page);
  await setSeed(page, "41");
  await page.locator("h3").first().click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("q");
  const panel = page.locator('[data-panel="queue"]');
  await panel.getByRole("button", { name: words.queue.pause, exact: true }).click();
  await page.getByRole("spinbutton", { name: words.run.count }).fill("3");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: words.run.run, exact: true }).click();
  await panel.locator("[data-job]").nth(2).waitFor();
  await silent(page);
  return async () => {
    await page.keyboard.press("Escape");
    await post("/api/v1/queue/resume", {});
    await page.waitForTimeout(1_000);
  };
}

/** A saved workflow, changed in two places since. Answers what takes it away again. */
export async function openVersions(page) {
  const words = await wordsOf(page);
  const name = (await page.title()).split(" – ")[0];
  await page.keyboard.press("Control+Shift+s");
  await page.getByRole("dialog").locator("input[required]").fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("40");
  await page.locator('[data-node="negative"] h3').click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+s");
  await page.locator('[data-active="true"] [data-unsaved="false"]').waitFor({ state: "attached" });
  await page.locator('[role="tab"][aria-selected="true"]').click({ button: "right" });
  await page.getByRole("menuitem", { name: words.versions.title }).click();
  await page.getByRole("dialog").locator("[data-change]").first().waitFor();
  await silent(page);
  return async () => {
    await fetch(`${URL_}/api/v1/workflows/saved/${encodeURIComponent(name)}`, { method: "DELETE" });
  };
}

/** What was said goes by itself. */
async function silent(page) {
  await page.waitForFunction(
    () => document.querySelector("[data-kind]:is([role=status], [role=alert])") === null,
    null,
    { timeout: 30_000 },
  );
}

/** A part of the page's words in the language that it speaks. */
async function wordsOf(page, part = "page") {
  const language = await page.evaluate(() => document.documentElement.lang);
  return JSON.parse(await readFile(new URL(`../src/i18n/${language}/${part}.json`, import.meta.url)));
}
