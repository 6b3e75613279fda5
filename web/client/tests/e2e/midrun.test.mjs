/** Coming to a run in its middle: after a reload, and with a second browser. */

import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { closeBrowser, freshSeed, openPage, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

const forming = (page) => page.locator('[data-node="sampler"] img');
let running;

/** A run long enough to be met in its middle. */
async function begin() {
  const { page, troubles } = await openPage();
  running = page;
  await setSeed(page, freshSeed());
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("900");
  await page.keyboard.press("Control+Enter");
  await forming(page).waitFor();
  return { page, troubles };
}

afterEach(async () => {
  await running?.getByRole("button", { name: "Stop", exact: true }).click();
  await waitForRun(running, ["cancelled", "succeeded"]);
});

/** Let through what the server says and one single preview: the one it kept. */
async function onePreview(page) {
  await page.routeWebSocket(/\/api\/v1\/events/, (socket) => {
    const server = socket.connectToServer();
    let seen = 0;
    server.onMessage((message) => {
      if (typeof message === "string") socket.send(message);
      else if (seen === 0) {
        seen += 1;
        socket.send(message);
      }
    });
  });
}

const step = async (page) =>
  Number(/(\d+)\/900/.exec(await page.locator('[data-node="sampler"] header').innerText())?.[1]);

test("a reload shows how far the run is, and its last preview, without waiting for the next", async () => {
  const { page, troubles } = await begin();
  await onePreview(page);
  await page.reload();
  await waitForRun(page, ["running"]);
  await forming(page).waitFor();
  assert.ok((await step(page)) > 0);
  assert.deepEqual(troubles, []);
});

test("a second browser opens the running workflow with its progress and its last preview", async () => {
  await begin();
  const { page } = await openPage();
  await onePreview(page);
  await page.reload();
  await page.locator('[data-rail="panel.queue"]').click();
  await page.locator('[data-panel="queue"]').getByRole("button", { name: "Open its workflow" }).first().click();
  await waitForRun(page, ["running"]);
  await forming(page).waitFor();
  assert.ok((await step(page)) > 0);
});
