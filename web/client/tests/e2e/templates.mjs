/** Ready workflows, opened from the library and run as a person would; their pictures are kept for whoever judges them. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { get, openPage, runState, URL_ } from "./studio.mjs";

/** A wide window, so that nodes are near enough to show their controls. */
const WINDOW = { width: 2400, height: 1400 };
const LONGEST = 240_000;

/** Open the ready workflow of this title; `node` is one that the first workflow has not. */
export async function openTemplate(title, node) {
  const opened = await openPage(WINDOW);
  const { page } = opened;
  await page.locator('[data-rail="panel.workflows"]').click();
  await page.getByRole("button", { name: "Templates", exact: true }).click();
  await page.getByRole("button").filter({ hasText: title }).click();
  await page.locator(`[data-node="${node}"]`).waitFor();
  await page.locator('[data-rail="panel.workflows"]').click();
  return opened;
}

const newest = async () => (await get("/api/v1/images?limit=1")).images[0]?.url;

/** Type a prompt, press Run, wait for a picture that was not there before, and keep both under a name. */
export async function paint(page, name, words) {
  const before = await newest();
  const field = page.locator('[data-node="prompt"] textarea');
  await field.fill(words);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const end = Date.now() + LONGEST;
  let made = await newest();
  while (made === before && Date.now() < end) {
    assert.notEqual(await runState(page), "failed");
    await new Promise((done) => setTimeout(done, 300));
    made = await newest();
  }
  assert.notEqual(made, before, "a picture came");
  await page.locator('[data-run-state="succeeded"]').waitFor({ timeout: LONGEST });
  await page.locator("footer li img").first().waitFor();
  const bytes = Buffer.from(await (await fetch(new URL(made, URL_))).arrayBuffer());
  const folder = process.env.NOISELOOM_PICTURES;
  if (folder !== undefined) {
    await writeFile(join(folder, `${name}.png`), bytes);
    await writeFile(join(folder, `${name}.txt`), words);
  }
  return new URL(made, URL_).href;
}
