/** Running on a tablet: started, watched, cancelled and looked at by finger. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, freshSeed, get, setSeed, URL_, waitForRun } from "./studio.mjs";
import { middle, openTouch } from "./touch.mjs";

const calm = async () => {
  for (const path of ["jobs/cancel-all", "queue/resume"]) await fetch(`${URL_}/api/v1/${path}`, { method: "POST" });
};

before(calm);
after(async () => {
  await calm();
  await closeBrowser();
});

const queue = (page) => page.locator('[data-panel="queue"]');
const waiting = (page) => queue(page).getByRole("list", { name: "Waiting" }).locator("li[data-job]");

async function steps(page, count) {
  const field = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await field.fill(String(count));
  await field.press("Enter");
}

test("Run paints while progress and the preview are seen, and the picture opens, is zoomed and closed by finger", async () => {
  const { page, hand, troubles } = await openTouch();
  await steps(page, 8);
  await setSeed(page, freshSeed());
  await page.getByRole("button", { name: "Run", exact: true }).tap();
  await waitForRun(page, ["succeeded"], 120_000);
  const picture = page.locator('[data-node="picture"] [data-result="picture"]').first();
  await picture.waitFor();
  await picture.tap();
  const viewer = page.locator("dialog[open]");
  const shown = viewer.locator("img").first();
  await page.waitForFunction(() => document.querySelector("dialog[open] img")?.offsetWidth > 100);
  const before = (await shown.boundingBox()).width;
  await hand.pinch(await middle(shown), 60, 240);
  await page.waitForFunction((width) => document.querySelector("dialog[open] img").offsetWidth > width * 1.5, before);
  await viewer.getByRole("button", { name: "Close" }).tap();
  await viewer.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("a run is stopped by finger in its middle", async () => {
  const { page, troubles } = await openTouch();
  await steps(page, 900);
  await setSeed(page, freshSeed());
  await page.getByRole("button", { name: "Run", exact: true }).tap();
  // A run of 900 steps stays in this state until it is stopped.
  await page.locator('[data-node="sampler"] img').waitFor();
  await page.getByRole("progressbar", { name: "Progress of the run" }).first().waitFor();
  await page.getByRole("button", { name: "Stop", exact: true }).tap();
  await waitForRun(page, ["cancelled"]);
  assert.equal((await get("/api/v1/jobs?limit=1")).jobs[0].state, "cancelled");
  assert.deepEqual(troubles, []);
});

test("the queue is paused, put in another order and emptied by finger", async () => {
  const { page, troubles } = await openTouch();
  await steps(page, 2);
  await page.locator("[data-queue-button]").tap();
  await queue(page).getByRole("button", { name: "Pause" }).tap();
  await queue(page).getByText("Paused").waitFor();
  for (let job = 0; job < 2; job += 1) {
    await setSeed(page, freshSeed());
    await page.getByRole("button", { name: "Run", exact: true }).tap();
    await waiting(page).nth(job).waitFor();
  }
  const last = await waiting(page).nth(1).getAttribute("data-job");
  await waiting(page)
    .nth(1)
    .getByRole("button", { name: /^To the front/ })
    .tap();
  await queue(page).getByRole("list", { name: "Waiting" }).locator(`li:first-child[data-job="${last}"]`).waitFor();
  for (let job = 0; job < 2; job += 1) {
    await waiting(page)
      .first()
      .getByRole("button", { name: /^Cancel/ })
      .tap();
    await waiting(page)
      .nth(1 - job)
      .waitFor({ state: "detached" });
  }
  await queue(page).getByRole("button", { name: "Resume" }).tap();
  assert.deepEqual(troubles, []);
});
