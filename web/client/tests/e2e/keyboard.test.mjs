/** A picture by keys alone: nodes added, connected, filled in and run, from an empty canvas. No mouse in this file. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, freshSeed, openPage, waitForRun } from "./studio.mjs";

after(closeBrowser);

const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const combobox = (page) => page.getByRole("dialog").getByRole("combobox");
const gone = { state: "detached" };

/** What has the keyboard: a node by its id, and a socket or control of it by its name. */
const holder = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const { socket, input } = element?.dataset ?? {};
    return { node: element?.closest(".react-flow__node")?.dataset.id ?? null, item: socket ?? input ?? null };
  });

const holds = (page, node, item = null) =>
  page.waitForFunction(
    ([id, name]) => {
      const element = document.activeElement;
      const { socket, input } = element?.dataset ?? {};
      return element?.closest(".react-flow__node")?.dataset.id === id && (socket ?? input ?? null) === name;
    },
    [node, item],
  );

/** Choose in the open list by typing. */
async function choose(page, words) {
  await combobox(page).waitFor();
  await page.keyboard.type(words);
  await page.waitForFunction((wanted) => {
    const marked = document.querySelector("[role=dialog] [role=option][aria-selected=true]");
    return marked?.textContent.toLowerCase().includes(wanted.toLowerCase()) === true;
  }, words);
  await press(page, "Enter");
}

/** From the node with the keyboard into it, down to a socket or a control. */
async function goTo(page, item) {
  const { node } = await holder(page);
  await press(page, "Enter");
  // What has just come is drawn in full a moment later, and goes in then.
  await page.waitForFunction(() => {
    const { socket, input } = document.activeElement?.dataset ?? {};
    return (socket ?? input) !== undefined;
  });
  for (let step = 0; step < 40; step += 1) {
    if ((await holder(page)).item === item) return;
    await press(page, "ArrowDown");
  }
  assert.fail(`${node} has no ${item}: ${JSON.stringify(await holder(page))}`);
}

/** From a socket to a new node that takes it; the new node has the keyboard then. */
async function growFrom(page, socket, title, id) {
  await goTo(page, socket);
  await press(page, "c");
  await choose(page, "New node");
  await choose(page, title);
  await holds(page, id);
}

/** From a socket to one that is there already. */
async function connectTo(page, socket, words) {
  const { node } = await holder(page);
  await goTo(page, socket);
  await press(page, "c");
  await choose(page, words);
  await holds(page, node, socket);
  await press(page, "Escape");
}

/** Write into a control of the node with the keyboard. */
async function write(page, name, words) {
  const { node } = await holder(page);
  await goTo(page, name);
  await press(page, "Enter", "Control+a");
  await page.keyboard.type(words);
  // Enter takes what a field of one line holds; in a prompt it is a line of its own.
  if (await page.evaluate(() => document.activeElement instanceof HTMLInputElement)) await press(page, "Enter");
  await press(page, "Escape");
  await holds(page, node, name);
  await press(page, "Escape");
}

/** To a node by its title. */
async function jump(page, title, id) {
  await press(page, "Control+f");
  await page.getByRole("search").getByRole("textbox").waitFor();
  await page.keyboard.type(title);
  await page.locator(`.react-flow__node.selected[data-id="${id}"]`).waitFor();
  await press(page, "Escape");
  await holds(page, id);
}

test("a picture is painted from an empty canvas by keys alone, and what happens is heard", async () => {
  const { page, troubles } = await openPage({ reducedMotion: "reduce" });
  await press(page, "Escape", "Alt+n");
  await page.locator("article[data-node]").first().waitFor(gone);
  await press(page, "Shift+A");
  await choose(page, "Load model");
  await holds(page, "checkpointloadersimple");

  await growFrom(page, "CLIP", "Prompt", "cliptextencode");
  await write(page, "text", "a red circle above a blue square on a white background");
  await growFrom(page, "CONDITIONING", "Sampler", "ksampler");
  await write(page, "seed", freshSeed());
  await write(page, "steps", "4");
  await growFrom(page, "latent_image", "Size", "emptylatentimage");
  await jump(page, "Sampler", "ksampler");
  await connectTo(page, "model", "Load");
  await growFrom(page, "negative", "Prompt", "cliptextencode-2");
  await connectTo(page, "clip", "Load");
  await jump(page, "Sampler", "ksampler");
  await growFrom(page, "LATENT", "Decode", "vaedecode");
  await connectTo(page, "vae", "Load");
  await growFrom(page, "IMAGE", "Save", "saveimage");

  assert.equal(await page.locator('[data-node="ksampler"] [data-widget="steps"]').inputValue(), "4");
  await press(page, "Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await page.locator('[data-node="saveimage"] [data-result]').waitFor();
  const heard = await page.locator("[data-spoken] p").allInnerTexts();
  assert.match(heard.at(-1), /^Done in [\d.]+ seconds\.$/);
  assert.deepEqual(troubles, []);
});

test("the outline is a way of its own: it walks, selects, renames, bypasses, deletes and runs by keys alone", async () => {
  const { page, troubles } = await openPage();
  const row = () => page.evaluate(() => document.activeElement?.dataset.key ?? null);
  const onRow = (key) => page.locator(`[role=treeitem][data-key="${key}"]:focus`).waitFor();
  const selected = (id) => page.locator(`.react-flow__node.selected[data-id="${id}"]`);
  const labelled = (name) => page.getByRole("treeitem", { name }).waitFor();
  await press(page, "Escape");
  await jump(page, "Sampler", "sampler");
  await write(page, "steps", "2");
  await write(page, "seed", freshSeed());
  await press(page, "Escape", "o");
  await page.getByRole("tree").waitFor();
  for (let step = 0; step < 8 && (await row()) === null; step += 1) await press(page, "Tab");
  await onRow("frame say");
  await press(page, "ArrowDown", "ArrowDown", "ArrowUp");
  await onRow("loader");
  await press(page, "ArrowLeft", "ArrowLeft");
  await page.locator('[role=treeitem][data-key="frame say"][aria-expanded="false"]:focus').waitFor();
  assert.equal(await page.locator('[role=treeitem][data-key="loader"]').count(), 0, "the frame is folded");
  await press(page, "ArrowRight", "w");
  await onRow("negative");
  await press(page, "Enter");
  await selected("negative").waitFor();
  await press(page, "Space");
  await selected("negative").waitFor(gone);
  await press(page, "Space");
  await selected("negative").waitFor();

  await press(page, "Shift+F10");
  await page.getByRole("menuitem", { name: /^Rename/ }).waitFor();
  await press(page, "Escape");
  await onRow("negative");
  await press(page, "Control+b");
  await labelled(/^What to avoid, node 4 of 7, bypassed/);
  await press(page, "Control+b");
  await labelled(/^What to avoid, node 4 of 7, 1 input/);
  await press(page, "F2");
  await page.getByRole("textbox", { name: "Rename" }).waitFor();
  await page.keyboard.type("Never this");
  await press(page, "Enter");
  await labelled(/^Never this, node 4 of 7/);
  await onRow("negative");

  await press(page, "Delete");
  await page.locator('article[data-node="negative"]').waitFor(gone);
  await onRow("prompt");
  await press(page, "Control+z");
  await page.locator('article[data-node="negative"]').waitFor();
  await press(page, "End");
  await onRow("picture");

  await press(page, "Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await labelled(/^Picture, node 7 of 7, done/);
  await onRow("picture");
  assert.deepEqual(troubles, []);
});

test("nodes, sockets and wires are named in full, in both languages", async () => {
  const english = (await openPage()).page;
  const named = (page, role, name) =>
    page.getByRole(role, { name, exact: true }).first().waitFor({ state: "attached" });
  await named(english, "button", "Positive, Conditioning input, required, connected from Prompt");
  await named(english, "img", "Wire, Latent, Sampler to Decode");
  await english.getByRole("group", { name: /^Sampler, node 5 of 7, 4 inputs, 1 output, to Decode$/ }).waitFor();
  const chinese = (await openPage({ locale: "zh-CN" })).page;
  await named(chinese, "img", "连线，潜空间图像，从采样器到解码");
});

test("a refusal is told at once: which node, what is wrong, what to do", async () => {
  const { page } = await openPage();
  await press(page, "Escape");
  await jump(page, "Sampler", "sampler");
  await goTo(page, "positive");
  await press(page, "Delete", "Control+Enter");
  const told = page.locator("[data-told]").filter({ hasText: "Sampler" });
  await told.waitFor({ state: "attached" });
  assert.match(await told.innerText(), /^Sampler: .*Positive/);
});
