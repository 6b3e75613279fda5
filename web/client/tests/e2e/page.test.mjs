import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import {
  closeBrowser,
  dropFile,
  freshSeed,
  nodes,
  openPage,
  prompt,
  runState,
  setSeed,
  URL_,
  waitForRun,
} from "./studio.mjs";

after(closeBrowser);

test("the page speaks Chinese and English, and remembers which", async () => {
  const { page } = await openPage({ locale: "zh-CN" });
  await page.getByRole("button", { name: "运行", exact: true }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  assert.match(await page.locator('[data-node="sampler"] header').innerText(), /采样器/);
  assert.equal(await prompt(page).inputValue(), "白色背景上，红色圆形在蓝色方块上方", "the starter reads Chinese too");
  await page.locator("[data-language]").click();
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
});

test("the theme follows the system until one is chosen", async () => {
  const { page } = await openPage({ colorScheme: "light" });
  const becomes = (theme) => page.locator(`html[data-theme="${theme}"]`).waitFor({ state: "attached", timeout: 5_000 });
  await becomes("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await becomes("dark");
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: /^Theme/ }).click();
  await becomes("light");
});

test("a missing wire is told on its node and socket, and goes away when it is mended", async () => {
  const { page } = await openPage();
  await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
  await page.keyboard.press("Control+Enter");
  const bar = page.locator('[data-node="sampler"] [data-code="input.missing"]');
  await bar.waitFor();
  assert.match(await bar.innerText(), /Positive/);
  assert.match(await page.locator("footer").innerText(), /1 problem/);
  await page.keyboard.press("Control+z");
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.equal(await bar.count(), 0);
});

test("a picture dropped on the page brings its workflow back", async () => {
  const { page } = await openPage();
  await prompt(page).fill("two green stars on a black background");
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  const source = await page.locator('[data-result="picture"]').getAttribute("src");
  const bytes = Buffer.from(await (await fetch(new URL(source, URL_))).arrayBuffer());

  await prompt(page).fill("something else");
  await dropFile(page, bytes, "picture.png", "image/png");
  await page.waitForFunction(() =>
    document.querySelector('[data-node="prompt"] textarea')?.value.startsWith("two green"),
  );
});

test("a workflow is downloaded as a file and opened again", async () => {
  const { page } = await openPage();
  await prompt(page).fill("a pink heart");
  await page.getByRole("button", { name: "Menu" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download as JSON" }).click();
  const bytes = await readFile(await (await download).path());
  assert.equal(JSON.parse(bytes).noiseloom, 2);
  await prompt(page).fill("something else");
  await dropFile(page, bytes, "mine.json", "application/json");
  await page.waitForFunction(() => document.querySelector('[data-node="prompt"] textarea')?.value === "a pink heart");
});

test("a file that is no workflow is refused in words, and nothing is lost", async () => {
  const { page } = await openPage();
  await dropFile(page, Buffer.from("{"), "broken.json", "application/json");
  await page.getByRole("alert").filter({ hasText: "broken.json" }).waitFor();
  assert.equal(await nodes(page), 7);
});

test("an edit survives a reload", async () => {
  const { page } = await openPage();
  await prompt(page).fill("a moon that is kept");
  await page.reload();
  await prompt(page).waitFor();
  assert.equal(await prompt(page).inputValue(), "a moon that is kept");
});

test("a lost connection is told and mends itself", async () => {
  const { page, context } = await openPage();
  await context.setOffline(true);
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
  await context.setOffline(false);
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.equal(await runState(page), "succeeded");
});

/** Drop a file as the system would. */
