import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { keeps, nodeOf } from "./edited.mjs";
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

test("a sub-graph made of nodes takes their place off its neighbours, in one step of undo", async () => {
  const { page, troubles } = await openPage();
  const ids = ["size", "sampler", "decode"];
  for (const id of ids) await page.locator(`[data-node="${id}"] h3`).click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+Shift+e");
  await page.locator('[data-node="sampler"]').waitFor({ state: "detached" });
  const { nodes } = await keeps(page, (now) => now.nodes.some(({ type }) => type.startsWith("subgraph:")), "none made");
  const made = nodes.find(({ type }) => type.startsWith("subgraph:"));
  const boxes = await page.locator("article[data-node]").evaluateAll((all) =>
    all.map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      return { id: node.dataset.node, left, top, right, bottom };
    }),
  );
  const one = boxes.find(({ id }) => id === made.id);
  const on = boxes.filter(
    (box) =>
      box !== one && one.left < box.right && box.left < one.right && one.top < box.bottom && box.top < one.bottom,
  );
  assert.deepEqual(on, [], "it lies on a neighbour");
  await page.keyboard.press("Control+z");
  for (const id of ids) await page.locator(`[data-node="${id}"]`).waitFor();
  await page.locator(`[data-node="${made.id}"]`).waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("named wires are tags at both ends, and nothing of the document is lost by an edit", async () => {
  const { page } = await open();
  await page.locator("[data-named]").nth(3).waitFor();
  assert.deepEqual((await page.locator("[data-named]").allInnerTexts()).sort(), ["avoid", "avoid", "vae", "vae"]);
  await page.locator('[data-node="paint"] [data-widget="w1"]').fill("9");
  await page.keyboard.press("Tab");
  const { subgraphs, named } = await keeps(page, (now) => nodeOf(now, "paint")?.widgets.w1 === 9, "no 9 steps");
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
  await keeps(page, (now) => nodeOf(now.subgraphs[0], "size").widgets.width === 64, "the width is not 64");
  await page.keyboard.press("Control+z");
  await keeps(page, (now) => nodeOf(now.subgraphs[0], "size").widgets.width === 128, "the width is not 128");
  assert.deepEqual(troubles, []);
});

test("two instances have seeds of their own: drawn apart while random, shown and set apart when asked for", async () => {
  const { page, troubles } = await open();
  const item = (name) => page.getByRole("menuitem", { name, exact: true });
  const menuOf = (node) => page.locator(`article[data-node="${node}"] h3`).click({ button: "right" });
  // The seed goes inside, where it is drawn anew for each run.
  await menuOf("paint");
  await item("Sockets and settings").click();
  await page.getByRole("button", { name: "Remove seed" }).click();
  await page.keyboard.press("Escape");
  await page.locator('[data-node="paint"] [data-widget="w2"]').waitFor({ state: "detached" });
  await page.locator('[data-node="paint"]').dblclick({ position: { x: 120, y: 90 } });
  await page.locator('[data-node="s"] [data-seed-mode="fixed"]').click();
  await page.locator('[data-node="s"] [data-seed-mode="random"]').waitFor();
  await page.getByRole("button", { name: "With a sub-graph" }).click();
  await page.locator('[data-node="paint"] h3').click();
  await page.keyboard.press("Control+Shift+d");
  const both = page.locator('article[data-node^="paint"]');
  await page.waitForFunction(() => document.querySelectorAll('article[data-node^="paint"]').length === 2);
  const ids = await both.evaluateAll((all) => all.map((node) => node.dataset.node));

  /** What is sent when the workflow runs; the run itself is of no interest. */
  async function sent() {
    const posted = page.waitForRequest((request) => request.method() === "POST" && /\/jobs$/.test(request.url()));
    await page.keyboard.press("Control+Enter");
    return JSON.parse((await posted).postData()).workflow;
  }
  const drawn = await sent();
  const inside = drawn.subgraphs[0].nodes.find(({ id }) => id === "s").widgets.seed;
  const [face] = drawn.subgraphs[0].widgets.filter(({ widget }) => widget === "seed");
  const given = ids.map((id) => drawn.nodes.find((node) => node.id === id).widgets[face.id] ?? inside);
  assert.notEqual(given[0], given[1]);
  assert.equal(await both.locator("[data-seed-mode]").count(), 0);

  await menuOf(ids[1]);
  await item("Give it its own seed").click();
  const modes = both.locator("[data-seed-mode]");
  await page.waitForFunction(() => document.querySelectorAll("[data-seed-mode]").length === 2);
  assert.deepEqual(await modes.evaluateAll((all) => all.map((mode) => mode.dataset.seedMode)), ["random", "random"]);
  const seed = (id) => page.locator(`article[data-node="${id}"] input[data-widget="w2"]`);
  await seed(ids[0]).fill("11");
  await seed(ids[0]).press("Enter");
  await seed(ids[1]).fill("22");
  await seed(ids[1]).press("Enter");
  await page.locator(`article[data-node="${ids[1]}"] [data-seed-mode="fixed"]`).click();
  await page.locator(`article[data-node="${ids[1]}"] [data-seed-mode="random"]`).click();
  await page.locator(`article[data-node="${ids[1]}"] [data-seed-mode="increment"]`).waitFor();
  await page.locator("h3").first().click();
  const fixed = await sent();
  assert.deepEqual(
    ids.map((id) => fixed.nodes.find((node) => node.id === id).widgets.w2),
    ["11", "22"],
  );
  // Only the counting one has moved on.
  await page.waitForFunction(
    (id) => document.querySelector(`article[data-node="${id}"] input[data-widget="w2"]`).value === "23",
    ids[1],
  );
  assert.equal(await seed(ids[0]).inputValue(), "11");
  await menuOf(ids[0]);
  await item("Sockets and settings").waitFor();
  assert.equal(await item("Give it its own seed").getAttribute("aria-disabled"), "true");
  assert.deepEqual(troubles, []);
});
