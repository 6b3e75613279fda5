import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { closeBrowser, dropFile, freshSeed, openPage, waitForRun } from "./studio.mjs";

after(closeBrowser);

const FILE = await readFile(new URL("../fixtures/subgraph.json", import.meta.url));
const GIVEN = JSON.parse(FILE.toString());

/** Everything that was given is still there; what the page adds beside it may be. */
function holds(actual, given) {
  if (typeof given !== "object" || given === null) return assert.equal(actual, given);
  for (const [key, value] of Object.entries(given)) holds(actual[key], value);
}

async function open() {
  const opened = await openPage();
  await dropFile(opened.page, FILE, "sub.json", "application/json");
  await opened.page.locator('[data-node="paint"]').waitFor();
  return opened;
}

test("an instance shows its definition's title, sockets and widgets, runs, and shows the picture forming", async () => {
  const { page, troubles } = await open();
  const paint = page.locator('[data-node="paint"]');
  assert.equal(await paint.locator("h3").innerText(), "Paint and decode");
  assert.equal(await paint.locator('[data-side="output"]').count(), 1);
  assert.equal(await paint.locator('[data-widget="w1"]').inputValue(), "6");
  await paint.locator('[data-widget="w1"]').fill("12");
  await paint.locator('[data-widget="w2"]').fill(freshSeed());
  await page.locator("h3").first().click();
  await page.keyboard.press("Control+Enter");
  await paint.locator("img").waitFor({ timeout: 60_000 });
  await waitForRun(page, ["succeeded"], 120_000);
  await page.locator('[data-result="picture"]').waitFor();
  assert.deepEqual(troubles, []);
});

test("named wires are tags at both ends, and nothing of the document is lost by an edit", async () => {
  const { page } = await open();
  await page.locator("[data-named]").nth(3).waitFor();
  assert.deepEqual((await page.locator("[data-named]").allInnerTexts()).sort(), ["avoid", "avoid", "vae", "vae"]);
  await page.locator('[data-node="paint"] [data-widget="w1"]').fill("9");
  await page.keyboard.press("Tab");
  await page.waitForFunction(
    () =>
      JSON.parse(localStorage["noiseloom.draft"] ?? "null")?.state.document.nodes.find((node) => node.id === "paint")
        ?.widgets.w1 === 9,
  );
  const { subgraphs, named } = await page.evaluate(() => JSON.parse(localStorage["noiseloom.draft"]).state.document);
  holds(subgraphs, GIVEN.subgraphs);
  assert.deepEqual(named, GIVEN.named);
});

test("deleting a named wire's sender marks its receiver", async () => {
  const { page } = await open();
  await page.locator('[data-node="no"] h3').click();
  await page.keyboard.press("Delete");
  await page.locator('[data-named="avoid"][data-sent="false"]').waitFor();
  await page.keyboard.press("Control+z");
  await page.locator('[data-named="avoid"][data-sent="true"]').first().waitFor();
});

test("a double click goes inside, edits are made there, and the way back leads out", async () => {
  const { page, troubles } = await open();
  await page.locator('[data-node="paint"]').dblclick({ position: { x: 120, y: 90 } });
  const way = page.getByRole("navigation", { name: "Sub-graphs on the way here" });
  await way.getByText("Paint and decode").waitFor();
  await page.locator('[data-node="size"] [data-widget="width"]').fill("64");
  await page.keyboard.press("Tab");
  // The last socket of each is the empty one that takes new wires.
  assert.equal(await page.locator('[data-node="$inputs"] [data-side="output"]:not([data-socket="$new"])').count(), 4);
  assert.equal(await page.locator('[data-node="$outputs"] [data-side="input"]:not([data-socket="$new"])').count(), 1);
  await way.getByRole("button", { name: "With a sub-graph" }).click();
  await page.locator('[data-node="paint"]').waitFor();
  assert.equal(await way.count(), 0);
  await page.waitForFunction(
    () =>
      JSON.parse(localStorage["noiseloom.draft"] ?? "null")?.state.document.subgraphs[0].nodes.find(
        (node) => node.id === "size",
      ).widgets.width === 64,
  );
  await page.keyboard.press("Control+z");
  await page.waitForFunction(
    () =>
      JSON.parse(localStorage["noiseloom.draft"] ?? "null")?.state.document.subgraphs[0].nodes.find(
        (node) => node.id === "size",
      ).widgets.width === 128,
  );
  assert.deepEqual(troubles, []);
});
