import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, get, openPage, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

test("a run is cancelled in its middle, and the next one is fine", async () => {
  const { page } = await openPage();
  await setSeed(page, String(Date.now()));
  const steps = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await steps.fill("900");
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-node="sampler"] img').waitFor({ timeout: 60_000 });

  const left = page.locator('[data-node="sampler"] header').getByText(/\d+\/900 · \d+ s left/);
  await left.waitFor();

  const stop = page.getByRole("button", { name: "Stop" });
  const asked = Date.now();
  await stop.click();
  await waitForRun(page, ["cancelled"], 10_000);
  assert.equal(await left.count(), 0, "nothing is left to wait for");
  assert.ok(Date.now() - asked < 6_000, `it took ${Date.now() - asked} ms`);
  assert.ok(await stop.isDisabled());
  const { jobs } = await get("/api/v1/jobs?limit=1");
  assert.equal(jobs[0].state, "cancelled");

  await steps.fill("4");
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"]);
});
