/**
 * Pictures of the page for the documentation, taken on a running server with the starter model:
 *
 *     NOISELOOM_URL=http://127.0.0.1:8188 node scripts/screenshots.mjs ../../docs/images
 */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closeBrowser, openPage, setSeed, waitForRun } from "../tests/e2e/studio.mjs";

const folder = resolve(process.argv[2] ?? "../../docs/images");
await mkdir(folder, { recursive: true });

/** Run the first picture; stop the camera while it forms, or after. */
async function paint(page, { forming = false } = {}) {
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

const SHOTS = [
  ["first-launch-dark", {}, async () => {}],
  ["running-dark", {}, (page) => paint(page, { forming: true })],
  ["done-light", { colorScheme: "light" }, paint],
  ["done-dark-zh", { locale: "zh-CN" }, paint],
  [
    "error-light-zh",
    { locale: "zh-CN", colorScheme: "light" },
    async (page) => {
      await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
      await page.keyboard.press("Control+Enter");
      await page.locator("[data-code]").first().waitFor();
    },
  ],
  [
    "palette-dark",
    {},
    async (page) => {
      await page.mouse.dblclick(480, 130);
      await page.keyboard.type("im");
    },
  ],
  ["wide-light", { colorScheme: "light", width: 2560, height: 1440 }, paint],
];

for (const [name, options, act] of SHOTS) {
  const { page, context } = await openPage(options);
  await act(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
  console.log(name);
}
await closeBrowser();
