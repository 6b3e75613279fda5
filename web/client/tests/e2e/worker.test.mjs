import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, get, openPage, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

test("a worker that is killed fails one job in words, and the next one paints", async () => {
  const { page } = await openPage();
  await setSeed(page, String(Date.now()));
  const steps = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await steps.fill("900");
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-node="sampler"] img').waitFor({ timeout: 60_000 });

  const { worker } = await get("/api/v1/system");
  process.kill(worker.pid, "SIGKILL");
  await waitForRun(page, ["failed", "lost"], 20_000);
  await page
    .getByRole("alert")
    .filter({ hasText: /worker process ended/i })
    .first()
    .waitFor();
  assert.ok((await get("/healthz")).ok, "the server never blinked");

  await steps.fill("4");
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.notEqual((await get("/api/v1/system")).worker.pid, worker.pid);
});
