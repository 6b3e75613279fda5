/** The page as a person meets it, on the running server that NOISELOOM_URL names. */

import assert from "node:assert/strict";
import { launch } from "./browser.mjs";

export const URL_ = process.env.NOISELOOM_URL ?? "http://127.0.0.1:8188";
export const PROMPT = "a red circle above a blue square on a white background";

let browser;

/**
 * A fresh page (no draft, no preferences) with the first workflow ready. `prepare`: what to do before it is fetched.
 * `toured`: the card that follows the first picture was sent away before, as nearly always.
 */
export async function openPage({ width = 1280, height = 720, prepare, toured = true, ...wishes } = {}) {
  browser ??= await launch();
  const wanted = { locale: "en-US", colorScheme: "dark", ...wishes };
  const context = await browser.newContext({ viewport: { width, height }, ...wanted });
  // Two busy cores take their time.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  // Listened for from the start: a listener added right before a click may come too late.
  page.on("filechooser", () => undefined);
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4|5)\d\d/.test(message.text())) troubles.push(message.text());
  });
  if (toured) await context.addInitScript(sendCardAway);
  await prepare?.(page);
  await page.goto(URL_);
  await page.locator(".react-flow__edge").first().waitFor({ state: "attached" });
  // In a small window nodes are seen from afar, without their controls.
  await page.locator(`[data-node="prompt"]${width < 640 ? "" : " textarea"}`).waitFor();
  return { page, context, troubles };
}

/** In the page, before its scripts: a browser whose person knows the card already. */
function sendCardAway() {
  localStorage["noiseloom.preferences"] ??= JSON.stringify({ toured: true });
}

/** Close the browser; a script's last step. */
export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

/** JSON from the server. */
export async function get(path) {
  const answer = await fetch(URL_ + path);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

export const prompt = (page) => page.locator('[data-node="prompt"] textarea');
export const runState = (page) => page.locator("[data-run-state]").getAttribute("data-run-state");

/** Wait until the run's word is one of `states`. */
export async function waitForRun(page, states, timeout = 60_000) {
  const any = states.map((state) => `[data-run-state="${state}"]`).join(", ");
  await page.locator(any).first().waitFor({ timeout });
}

/** A number nobody used before, so that nothing comes from the cache. */
export function freshSeed() {
  return String(Math.floor(Math.random() * 2 ** 48));
}

/** Type a seed into the sampler. */
export async function setSeed(page, seed) {
  const field = page.locator('[data-node="sampler"] [data-widget="seed"]');
  await field.fill(seed);
  await field.press("Enter");
}

/** The centre of a socket on the screen. */
export async function socketAt(page, node, side, name) {
  const box = await page.locator(`[data-node="${node}"] [data-side="${side}"][data-socket="${name}"]`).boundingBox();
  assert.ok(box, `${node} has no ${side} ${name}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drag from one point to another, as a hand does. */
export async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
}

export const wires = (page) => page.locator(".react-flow__edge").count();
export const nodes = (page) => page.locator("article[data-node]").count();

/** Drop a file on the page, or on the middle of `target`. */
export async function dropFile(page, bytes, name, type, target = "main") {
  const data = await page.evaluateHandle(
    ([text, file, media]) => {
      const transfer = new DataTransfer();
      const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([raw], file, { type: media }));
      return transfer;
    },
    [bytes.toString("base64"), name, type],
  );
  const { x, y, width, height } = await page.locator(target).boundingBox();
  const at = { dataTransfer: data, clientX: x + width / 2, clientY: y + height / 2 };
  await page.dispatchEvent(target, "dragover", at);
  await page.dispatchEvent(target, "drop", at);
}
