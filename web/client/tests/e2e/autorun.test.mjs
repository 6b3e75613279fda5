/** Runs that begin by themselves, the way to a problem, and running a part. */

import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { closeBrowser, freshSeed, get, openPage, setSeed, URL_, waitForRun } from "./studio.mjs";

// A page that runs by itself would go on under the next test.
afterEach(async () => {
  await closeBrowser();
  await fetch(`${URL_}/api/v1/jobs/cancel-all`, { method: "POST" });
});
after(closeBrowser);

const steps = (page) => page.locator('[data-node="sampler"] [data-widget="steps"]');
const chip = (page) => page.locator("[data-auto-run]");
const gone = { state: "detached" };

async function choose(page, words) {
  await page.getByRole("button", { name: "More ways to run" }).click();
  await page.getByRole("menuitemcheckbox", { name: words }).click();
}

async function setSteps(page, count) {
  await steps(page).fill(String(count));
  await steps(page).press("Enter");
}

/** Wait until the sampler has run with so many steps. */
async function ranWith(page, count) {
  await page.waitForFunction(async (wanted) => {
    const { jobs } = await (await fetch("/api/v1/jobs?limit=1")).json();
    if (jobs[0]?.state !== "succeeded") return false;
    const job = await (await fetch(`/api/v1/jobs/${jobs[0].id}`)).json();
    return job.workflow.nodes.find(({ id }) => id === "sampler").widgets.steps === wanted;
  }, count);
}

test("on change: each edit that matters runs, none waits in the queue, and Stop ends it", async () => {
  const { page, troubles } = await openPage();
  await setSteps(page, 2);
  await setSeed(page, freshSeed());
  await choose(page, "Run on change");
  await chip(page).waitFor();
  await waitForRun(page, ["succeeded"], 120_000);
  for (const count of [3, 4, 5]) await setSteps(page, count);
  await ranWith(page, 5);
  await setSteps(page, 900);
  await waitForRun(page, ["running"]);
  for (const count of [6, 7]) await setSteps(page, count);
  assert.equal((await get("/api/v1/queue?limit=1")).waiting.length, 0);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await chip(page).waitFor(gone);
  await waitForRun(page, ["cancelled"]);
  assert.deepEqual(troubles, []);
});

test("moving a node is no change; a refused edit waits for the next one", async () => {
  const { page } = await openPage();
  await setSteps(page, 2);
  await setSeed(page, freshSeed());
  await choose(page, "Run on change");
  await waitForRun(page, ["succeeded"], 120_000);
  const [before] = (await get("/api/v1/jobs?limit=1")).jobs;
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Control+ArrowDown");
  await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
  await page.locator('[data-code="input.missing"]').first().waitFor();
  assert.equal((await get("/api/v1/jobs?limit=1")).jobs[0].id, before.id);
  await page.keyboard.press("Control+z");
  await page.locator('[data-code="input.missing"]').first().waitFor(gone);
  await chip(page).click();
  await chip(page).waitFor(gone);
});

test("forever: runs follow each other with fresh seeds, and end by themselves where nothing would change", async () => {
  const { page } = await openPage();
  await setSteps(page, 2);
  await page.locator('[data-node="sampler"] [data-seed-mode]').click();
  const before = (await get("/api/v1/jobs?limit=1")).jobs[0]?.number ?? 0;
  await choose(page, "Run forever");
  // The page says "done" for a moment only, so the jobs are counted.
  await page.waitForFunction(async (number) => {
    const { jobs } = await (await fetch("/api/v1/jobs?limit=1")).json();
    return (jobs[0]?.number ?? 0) > number + 2;
  }, before);
  await setSeed(page, freshSeed());
  await page.getByText("nothing changes from run to run").waitFor({ timeout: 60_000 });
  await chip(page).waitFor(gone);
});

test("F8 goes from problem to problem, around the ends; Shift+F8 goes back", async () => {
  const { page } = await openPage();
  for (const [node, socket] of [
    ["sampler", "positive"],
    ["decode", "vae"],
  ]) {
    await page.locator(`[data-node="${node}"] [data-socket="${socket}"]`).click({ modifiers: ["Alt"] });
  }
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "2 problems" }).waitFor();
  const here = (id) =>
    page.waitForFunction((node) => document.activeElement?.closest(".react-flow__node")?.dataset.id === node, id);
  await page.keyboard.press("F8");
  await here("sampler");
  await page.keyboard.press("F8");
  await here("decode");
  await page.keyboard.press("F8");
  await here("sampler");
  await page.keyboard.press("Shift+F8");
  await here("decode");
  await page.locator("[data-spoken]").filter({ hasText: "2 of 2. Decode: " }).waitFor({ state: "attached" });
});

test("Shift+Enter runs what the selection needs and no more", async () => {
  const { page } = await openPage();
  await setSteps(page, 2);
  await setSeed(page, freshSeed());
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("Shift+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.match(await page.locator('[data-node="sampler"] header').innerText(), /\d\.\d s/);
  assert.doesNotMatch(await page.locator('[data-node="decode"] header').innerText(), /\d\.\d s|cached/);
});
