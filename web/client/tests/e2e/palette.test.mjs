/** The palette that adds nodes: what finds them, what comes first, and what each way of Enter does. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keeps, nodeOf } from "./edited.mjs";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

const EMPTY = { x: 420, y: 740 };
const field = (page) => page.getByRole("dialog").getByRole("combobox");
const rows = (page) => page.getByRole("dialog").getByRole("option");

/** Open it, by the pointer or by key. */
async function open(page, byKey = false) {
  if (byKey) await page.keyboard.press("Shift+A");
  else await page.mouse.dblclick(EMPTY.x, EMPTY.y);
  await field(page).waitFor();
}

/** Type, and wait until the first row is this one. */
async function finds(page, words, title) {
  await field(page).fill(words);
  await page.waitForFunction(
    (wanted) => document.querySelector("[role=dialog] [role=option] span")?.textContent === wanted,
    title,
  );
  assert.equal(await rows(page).first().getAttribute("aria-selected"), "true");
}

const wired = (document, from, to) =>
  document.wires.some((wire) => JSON.stringify([wire.from, wire.to]) === JSON.stringify([from, to]));

test("loose letters, either language and pinyin initials find a node; what was added last comes first", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  await open(page);
  await finds(page, "smplr", "Sampler");
  await finds(page, "采样", "Sampler");
  await finds(page, "cyq", "Sampler");
  await finds(page, "ksampler", "Sampler");
  await field(page).fill("qqzz");
  await page.getByText("No node called “qqzz”.").waitFor();
  await field(page).fill("");
  assert.notEqual(await page.getByRole("dialog").locator("h4").first().innerText(), "Recent");
  await finds(page, "invert", "Invert image");
  await page.keyboard.press("Enter");
  await page.locator('[data-node="imageinvert"]').waitFor();
  await open(page, true);
  await finds(page, "decode", "Decode");
  await page.keyboard.press("Enter");
  await page.locator('[data-node="vaedecode"]').waitFor();
  await open(page, true);
  assert.equal(await page.getByRole("dialog").locator("h4").first().innerText(), "Recent");
  assert.deepEqual((await rows(page).locator("span").allInnerTexts()).slice(0, 2), ["Decode", "Invert image"]);
  assert.deepEqual(troubles, []);
  await page.context().close();
  const chinese = (await openPage({ width: 1600, height: 900, locale: "zh-CN" })).page;
  await open(chinese);
  await finds(chinese, "cyq", "采样器");
  await finds(chinese, "sampler", "采样器");
});

test("Enter adds; with Shift it wires to the selected node, with Ctrl the palette stays for the next", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  await page.locator('[data-node="size"] h3').click();
  await open(page, true);
  const foot = await page.getByRole("dialog").locator("footer").innerText();
  assert.match(foot, /Shift\+Enter/);
  assert.match(foot, /Ctrl\+Enter/);
  await finds(page, "decode", "Decode");
  await page.keyboard.press("Shift+Enter");
  // The size's output goes to the new node, in the same step.
  await keeps(page, (now) => wired(now, ["size", "LATENT"], ["vaedecode", "samples"]), "wired from the selected node");
  await page.locator(".react-flow__node.selected[data-id='vaedecode']").waitFor();
  // What was added is selected: the next one follows it.
  await open(page, true);
  await finds(page, "invert", "Invert image");
  await page.keyboard.press("Shift+Enter");
  await keeps(page, (now) => wired(now, ["vaedecode", "IMAGE"], ["imageinvert", "image"]), "one after another");
  // A node that can feed the selected one is wired into it.
  await page.locator('[data-node="vaedecode"] h3').click({ force: true });
  await open(page, true);
  await finds(page, "load vae", "Load VAE");
  await page.keyboard.press("Shift+Enter");
  const three = await keeps(page, (now) => wired(now, ["vaeloader", "VAE"], ["vaedecode", "vae"]), "into a free input");
  // Where nothing fits, that is said, and the node comes without a wire.
  await page.locator('[data-node="prompt"] h3').click();
  await open(page, true);
  await finds(page, "invert", "Invert image");
  await page.keyboard.press("Shift+Enter");
  await page.getByText("Invert image fits no socket of Prompt: it was added without a wire.").waitFor();
  const four = await keeps(page, (now) => nodeOf(now, "imageinvert-2") !== undefined, "added all the same");
  assert.equal(four.wires.length, three.wires.length);
  await open(page);
  for (const id of ["imageinvert-3", "imageinvert-4"]) {
    await finds(page, "invert", "Invert image");
    await page.keyboard.press("Control+Enter");
    await page.locator(`[data-node="${id}"]`).waitFor();
    assert.equal(await field(page).count(), 1, "the palette stays open");
  }
  await page.keyboard.press("Escape");
  await field(page).waitFor({ state: "detached" });
  const all = await keeps(page, (now) => nodeOf(now, "imageinvert-4") !== undefined, "both added");
  assert.notDeepEqual(nodeOf(all, "imageinvert-3").position, nodeOf(all, "imageinvert-4").position);
  // Each was one step.
  for (let step = 0; step < 6; step += 1) await page.keyboard.press("Control+z");
  await keeps(page, (now) => now.nodes.length === 7 && now.wires.length === 9, "as at first");
  assert.deepEqual(troubles, []);
});
