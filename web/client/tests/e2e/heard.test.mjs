/** What a run says to those who hear the page, while it goes on and when it is stopped. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, dropFile, freshSeed, get, openPage, waitForRun } from "./studio.mjs";

after(closeBrowser);

/** The page's own clock, so that ten seconds need not be waited for. */
const ownClock = (page) =>
  page.addInitScript(() => {
    const now = performance.now.bind(performance);
    window.ahead = 0;
    performance.now = () => now() + window.ahead;
  });

/** Samplers one after the other: one of some seconds, one that is quick, one that goes on until it is stopped. */
async function threeSamplers() {
  const document = await get("/api/v1/templates/text-to-image");
  const by = (id) => document.nodes.find((node) => node.id === id);
  const sampler = (id, steps) => ({
    ...by("sampler"),
    ...{ id, title: id, widgets: { ...by("sampler").widgets, seed: freshSeed(), steps } },
  });
  const wire = (from, to) => ({ from, to });
  const fed = (id, latent) => [
    wire(["loader", "MODEL"], [id, "model"]),
    wire(["prompt", "CONDITIONING"], [id, "positive"]),
    wire(["prompt", "CONDITIONING"], [id, "negative"]),
    wire(latent, [id, "latent_image"]),
  ];
  return {
    ...{ noiseloom: 2, id: crypto.randomUUID(), title: "Long", frames: [] },
    nodes: [
      ...["loader", "prompt", "size", "decode", "picture"].map(by),
      ...[sampler("first", 120), sampler("second", 4), sampler("third", 900)],
    ],
    wires: [
      ...document.wires.filter(({ to }) => to[0] === "prompt" || to[0] === "picture" || to[1] === "vae"),
      ...fed("first", ["size", "LATENT"]),
      ...fed("second", ["first", "LATENT"]),
      ...fed("third", ["second", "LATENT"]),
      wire(["third", "LATENT"], ["decode", "samples"]),
    ],
  };
}

test("a long run is heard to begin, to come forward at most every ten seconds, and to be stopped", async () => {
  const { page, troubles } = await openPage({ prepare: ownClock });
  const spoken = page.locator("[data-spoken] p");
  const hears = (words) => spoken.filter({ hasText: words }).first().waitFor({ state: "attached" });
  const bytes = Buffer.from(JSON.stringify(await threeSamplers()));
  await dropFile(page, bytes, "long.json", "application/json");
  await page.locator('[data-node="third"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await hears("The run has begun.");
  await page.locator('[data-node="first"] header').getByText(/\/120/).waitFor();
  assert.equal(await spoken.filter({ hasText: "percent" }).count(), 0, "the first nodes were too quick to be told of");
  await page.evaluate(() => {
    window.ahead = 10_000;
  });
  await hears(/^\d+ percent done\.$/);
  await page.locator('[data-node="third"] header').getByText(/\/900/).waitFor();
  await page.keyboard.press("Control+Alt+Enter");
  await waitForRun(page, ["cancelled"]);
  await hears("The run was cancelled.");
  const last = (await spoken.allInnerTexts()).map((line) => line.replace(/^(25|50|75) /, "some ")).slice(-3);
  assert.deepEqual(last, ["The run has begun.", "some percent done.", "The run was cancelled."]);
  assert.deepEqual(troubles, []);
});
