/** What a picture tells of itself: what it was made with, beside the gallery and in the viewer. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, until } from "./pictures.mjs";
import { closeBrowser, freshSeed, openPage, prompt, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

const gallery = (page) => page.locator('[data-view="gallery"]');
const facts = (place) => place.getByRole("complementary", { name: "About the picture" });

/** The table of a panel, name by name. */
const table = (panel) =>
  panel
    .locator("dl")
    .evaluate((list) =>
      Object.fromEntries([...list.querySelectorAll("dt")].map((name) => [name.innerText, name.nextSibling.innerText])),
    );

test("a picture tells its prompt, model, seed and steps in the gallery and in the viewer, where I hides them", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const seed = freshSeed();
  const words = `a red circle ${seed}`;
  await prompt(page).fill(words);
  const steps = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await steps.fill("3");
  await steps.press("Enter");
  await setSeed(page, seed);
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"]);
  await until(async () => (await found(words)).length === 1);

  await page.locator('[data-rail="panel.gallery"]').click();
  await page.getByRole("button", { name: "Open the gallery" }).click();
  await page.getByRole("textbox", { name: "Search pictures" }).fill(words);
  await page.getByRole("textbox", { name: "Search pictures" }).press("Enter");
  const [{ id }] = await found(words);
  const tile = gallery(page).locator(`[data-picture="${id}"]`);
  await tile.click();
  const told = async (panel) => {
    await panel.getByText(words, { exact: true }).waitFor();
    const { Model, Seed, Steps } = await table(panel);
    assert.deepEqual({ Model, Seed, Steps }, { Model: "starter-sd.safetensors", Seed: seed, Steps: "3" });
  };
  await told(facts(gallery(page)));

  await tile.dblclick();
  const viewer = page.locator("dialog[open]");
  const button = viewer.locator("button[aria-pressed][title$='(I)']");
  await told(facts(viewer));
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await page.keyboard.press("i");
  await facts(viewer).waitFor({ state: "detached" });
  assert.equal(await button.getAttribute("aria-pressed"), "false");
  await page.keyboard.press("i");
  await told(facts(viewer));
  assert.deepEqual(troubles, []);
});
