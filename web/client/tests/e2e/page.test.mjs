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
  assert.equal(
    await bar.locator("em").innerText(),
    "Wire something of type Conditioning to it, or fill it in.",
    "what to do is said on the node",
  );
  assert.match(await page.locator("footer").innerText(), /1 problem/);
  const wrong = page.getByRole("button", { name: /^Positive, .*has a problem/ });
  await wrong.waitFor();
  await page.keyboard.press("Control+z");
  await page.getByRole("button", { name: /^Positive, .*connected from/ }).waitFor();
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.equal(await bar.count(), 0);
  assert.equal(await wrong.count(), 0);
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

/** EXIF that says `words` in its Make, as ComfyUI writes a workflow. */
function exif(words) {
  const text = Buffer.from(`${words}\0`);
  const head = Buffer.alloc(26);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(1, 8);
  head.writeUInt16LE(0x010f, 10);
  head.writeUInt16LE(2, 12);
  head.writeUInt32LE(text.length, 14);
  head.writeUInt32LE(26, 18);
  return Buffer.concat([head, text]);
}

/** A picture as the browser writes it, with EXIF put in. */
async function withExif(page, type, words) {
  const text = await page.evaluate(async (kind) => {
    const sheet = new OffscreenCanvas(16, 16);
    sheet.getContext("2d").fillRect(0, 0, 8, 8);
    const bytes = new Uint8Array(await (await sheet.convertToBlob({ type: kind })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, type);
  const bytes = Buffer.from(text, "base64");
  const tags = exif(words);
  if (type === "image/jpeg") {
    const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tags]);
    const segment = Buffer.from([0xff, 0xe1, 0, 0]);
    segment.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([bytes.subarray(0, 2), segment, body, bytes.subarray(2)]);
  }
  const chunk = Buffer.from("EXIF\0\0\0\0", "latin1");
  chunk.writeUInt32LE(tags.length, 4);
  const whole = Buffer.concat([bytes, chunk, tags, Buffer.alloc(tags.length % 2)]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

test("a JPEG or WebP that carries ComfyUI's workflow opens it", async () => {
  const { page, troubles } = await openPage();
  for (const [type, name] of [
    ["image/jpeg", "shared.jpg"],
    ["image/webp", "shared.webp"],
  ]) {
    const words = `a heart out of a ${type}`;
    const node = { id: 1, type: "CLIPTextEncode", pos: [0, 0], size: [240, 120], widgets_values: [words] };
    const canvas = { version: 0.4, last_node_id: 1, last_link_id: 0, nodes: [node], links: [], groups: [] };
    await dropFile(page, await withExif(page, type, `workflow:${JSON.stringify(canvas)}`), name, type);
    await page.waitForFunction(
      (wanted) => [...document.querySelectorAll("[data-node] textarea")].some(({ value }) => value === wanted),
      words,
    );
  }
  assert.deepEqual(troubles, []);
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
