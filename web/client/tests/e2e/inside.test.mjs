/** Making sub-graphs and working inside them, as a person does. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, drag, freshSeed, get, openPage, setSeed, socketAt, waitForRun } from "./studio.mjs";

after(closeBrowser);

const way = (page) => page.getByRole("navigation", { name: "Sub-graphs on the way here" });
const node = (page, id) => page.locator(`[data-node="${id}"]`);
const instance = (page) => page.locator('article[data-node="sub-graph"]');

/** The first workflow with its sampler and decoder in a sub-graph. */
/** A node that was just made is selected a moment after it is drawn; the next key is for it. */
const selected = (page, id) => page.locator(`.react-flow__node.selected[data-id="${id}"]`).waitFor();

async function made() {
  const opened = await openPage();
  const { page } = opened;
  await node(page, "sampler").locator("h3").click();
  await page.keyboard.down("Shift");
  await node(page, "decode").locator("h3").click();
  await page.keyboard.up("Shift");
  await page.keyboard.press("Control+Shift+E");
  await selected(page, "sub-graph");
  return opened;
}

async function choose(page, locator, item) {
  await locator.locator("h3").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

test("nodes become a sub-graph by key, it runs, and inside one sees how it ran", async () => {
  const { page, troubles } = await openPage();
  await setSeed(page, freshSeed());
  await node(page, "sampler").locator("h3").click();
  await page.keyboard.down("Shift");
  await node(page, "decode").locator("h3").click();
  await page.keyboard.up("Shift");
  await page.keyboard.press("Control+Shift+E");
  await instance(page).waitFor();
  assert.equal(await node(page, "sampler").count(), 0);
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await page.locator('[data-result="picture"]').waitFor();
  await instance(page).locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await way(page).waitFor();
  await node(page, "sampler").locator('[class*="chip"]').filter({ hasText: "s" }).waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await instance(page).waitFor();
  await page.keyboard.press("Control+z");
  await node(page, "sampler").waitFor();
  assert.equal(await instance(page).count(), 0);
  assert.deepEqual(troubles, []);
});

test("Esc leaves when nothing is selected, and clears the selection before that", async () => {
  const { page } = await made();
  await page.keyboard.press("Alt+ArrowDown");
  await node(page, "sampler").locator("h3").click();
  await page.keyboard.press("Escape");
  assert.equal(await way(page).count(), 1);
  await page.keyboard.press("Escape");
  await instance(page).waitFor();
});

test("a setting is shown outside by the menu, named, and taken back", async () => {
  const { page } = await made();
  await page.keyboard.press("Alt+ArrowDown");
  await node(page, "sampler").locator("h3").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Show on the sub-graph" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Steps" }).click();
  await page.keyboard.press("Alt+ArrowUp");
  await instance(page).locator('[data-widget="w1"]').waitFor();
  await choose(page, instance(page), "Sockets and settings");
  const dialog = page.getByRole("dialog", { name: "Sockets and settings" });
  await dialog.getByRole("textbox", { name: "Title" }).fill("Painter");
  const widgets = dialog.getByRole("region", { name: "Settings shown outside" });
  await widgets.getByRole("textbox").fill("How many steps");
  await widgets.getByRole("textbox").press("Enter");
  await page.keyboard.press("Escape");
  await instance(page).getByText("How many steps").first().waitFor();
  assert.equal(await instance(page).locator("h3").innerText(), "Painter");
  await choose(page, instance(page), "Sockets and settings");
  await widgets.getByRole("button", { name: "Remove How many steps" }).click();
  await page.keyboard.press("Escape");
  await instance(page).locator('[data-widget="w1"]').waitFor({ state: "detached" });
});

/** Where a socket is once the view, which moves as one goes inside, has come to rest. */
async function resting(page, ...socket) {
  await page.locator(`[data-node="${socket[0]}"] [data-side="${socket[1]}"][data-socket="${socket[2]}"]`).waitFor();
  for (let last; ; ) {
    const now = await socketAt(page, ...socket);
    if (last?.x === now.x && last.y === now.y) return now;
    last = now;
    await page.waitForTimeout(200);
  }
}

test("a wire dragged to an edge makes a socket, with the mouse", async () => {
  const { page } = await made();
  await page.keyboard.press("Alt+ArrowDown");
  await node(page, "$outputs").waitFor();
  const from = await resting(page, "sampler", "output", "LATENT");
  const to = await resting(page, "$outputs", "input", "$new");
  const before = await node(page, "$outputs").locator("[data-side]").count();
  await drag(page, from, to);
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-node="$outputs"] [data-side]').length === count,
    before + 1,
  );
  await page.keyboard.press("Alt+ArrowUp");
  await instance(page).locator('[data-side="output"]').nth(1).waitFor();
});

test("two instances share a definition until one gets its own; taken apart, the graph is as it was", async () => {
  const { page, troubles } = await made();
  await page.keyboard.press("Control+d");
  const second = node(page, "sub-graph-2");
  await second.waitFor();
  await choose(page, second, "Give it its own copy");
  await second.locator("h3").filter({ hasText: "Sub-graph copy" }).waitFor();
  await second.locator("h3").click();
  await page.keyboard.press("Delete");
  await choose(page, instance(page), "Take the sub-graph apart");
  await node(page, "sampler").waitFor();
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.deepEqual(troubles, []);
});

test("the problems button goes into the sub-graph to the node that is wrong", async () => {
  const { page } = await made();
  await page.keyboard.press("Alt+ArrowDown");
  await node(page, "$inputs").waitFor();
  const socket = await socketAt(page, "sampler", "input", "positive");
  await page.keyboard.down("Alt");
  await page.mouse.click(socket.x, socket.y);
  await page.keyboard.up("Alt");
  await page.keyboard.press("Alt+ArrowUp");
  await instance(page).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: /problem/ }).click();
  await way(page).waitFor();
  await node(page, "sampler").locator("[data-code]").waitFor();
});

test("a sub-graph in a sub-graph: in twice, a setting shown through both, changed outside, run, and out step by step", async () => {
  const { page, troubles } = await made();
  const crumbs = async () => (await way(page).innerText()).split("\n").filter((words) => /\w/.test(words));
  const outer = page.locator('article[data-node="sub-graph-2"]');
  const showOutside = async (of, setting) => {
    await of.locator("h3").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Show on the sub-graph" }).click();
    await page.getByRole("menuitemcheckbox", { name: setting, exact: true }).click();
  };
  await instance(page).locator("h3").click();
  await page.keyboard.press("Control+Shift+E");
  await selected(page, "sub-graph-2");
  assert.equal(await instance(page).count(), 0);
  await page.keyboard.press("Alt+ArrowDown");
  await instance(page).waitFor();
  assert.deepEqual(await crumbs(), ["First picture", "Sub-graph"]);
  await instance(page).locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await node(page, "sampler").waitFor();
  assert.deepEqual(await crumbs(), ["First picture", "Sub-graph", "Sub-graph"]);

  await showOutside(node(page, "sampler"), "Steps");
  await page.keyboard.press("Alt+ArrowUp");
  await instance(page).locator('[data-widget="w1"]').waitFor();
  assert.deepEqual(await crumbs(), ["First picture", "Sub-graph"]);
  await showOutside(instance(page), "Steps");
  await page.keyboard.press("Alt+ArrowUp");
  assert.equal(await way(page).count(), 0);
  const steps = outer.locator('[data-widget="w1"]');
  await steps.fill("2");
  await steps.press("Enter");
  const posted = page.waitForRequest((request) => request.method() === "POST" && /\/jobs$/.test(request.url()));
  await page.keyboard.press("Control+Enter");
  const { id } = JSON.parse((await posted).postData());
  await waitForRun(page, ["succeeded"], 120_000);
  const ran = (await get(`/history/${id}`))[id].prompt[2];
  assert.equal(ran["sub-graph-2:sub-graph:sampler"].inputs.steps, 2);

  await outer.locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await instance(page).locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await node(page, "sampler").waitFor();
  await way(page).getByRole("button", { name: "Sub-graph" }).click();
  await instance(page).waitFor();
  assert.deepEqual(await crumbs(), ["First picture", "Sub-graph"]);
  await page.keyboard.press("Alt+ArrowUp");
  await outer.waitFor();
  assert.deepEqual(troubles, []);
});
