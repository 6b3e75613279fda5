/** Tabs, saving by name, versions, the library: as a person works with several workflows. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { keeps } from "./edited.mjs";
import {
  closeBrowser,
  drag,
  dropFile,
  freshSeed,
  nodes,
  openPage,
  PROMPT,
  prompt,
  setSeed,
  URL_,
  waitForRun,
} from "./studio.mjs";

after(closeBrowser);

const tabs = (page) => page.getByRole("tab");
const titles = async (page) => (await tabs(page).allInnerTexts()).map((title) => title.trim());
const promptIs = (page, words) =>
  page.waitForFunction((text) => document.querySelector('[data-node="prompt"] textarea')?.value === text, words);
const kept = (page) => page.locator('[data-journal="kept"]').waitFor();

const draftHas = (page, words) =>
  keeps(page, (document) => JSON.stringify(document).includes(words), `the draft lacks "${words}"`);

async function saveAs(page, name) {
  await page.keyboard.press("Control+Shift+s");
  const dialog = page.getByRole("dialog", { name: "Save as…" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

/** Another program saves the same workflow in between. */
async function saveBehind(name, change) {
  const path = `${URL_}/api/v1/workflows/saved/${encodeURIComponent(name)}`;
  const { workflow, revision } = await (await fetch(path)).json();
  change(workflow);
  const answer = await fetch(path, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ workflow, revision }),
  });
  assert.equal(answer.status, 200);
}

const fresh = (stem) => `tests/${stem} ${freshSeed()}`;

test("each tab keeps its own document, history, selection and view", async () => {
  const { page, troubles } = await openPage();
  await prompt(page).fill("a green star");
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("Shift+0");
  const place = async () => (await page.locator('[data-node="sampler"]').boundingBox()).x;
  const before = await place();
  await page.keyboard.press("Alt+n");
  await page.locator("main").getByText("Nothing here yet").waitFor();
  assert.deepEqual(await titles(page), ["First picture", "Untitled workflow"]);
  assert.equal(await nodes(page), 0);

  await tabs(page).first().click();
  await promptIs(page, "a green star");
  await page.locator('.react-flow__node.selected [data-node="sampler"]').waitFor();
  await page.waitForFunction(
    (x) => Math.abs(document.querySelector('[data-node="sampler"]').getBoundingClientRect().x - x) < 2,
    before,
  );
  await page.getByRole("button", { name: /^Undo/ }).click();
  await promptIs(page, PROMPT);
  assert.deepEqual(troubles, []);
});

test("a tab shown again by key does not take the prompt in hand: what was selected is deleted, not the words", async () => {
  const { page } = await openPage();
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Alt+n");
  await page.locator("main").getByText("Nothing here yet").waitFor();
  await page.keyboard.press("Alt+PageUp");
  await page.locator('.react-flow__node.selected [data-node="size"]').waitFor();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  await page.keyboard.press("Delete");
  await page.locator('[data-node="size"]').waitFor({ state: "detached" });
  assert.equal(await prompt(page).inputValue(), PROMPT);
});

test("tabs are put in order by drag and by key, and closed with a way back", async () => {
  const { page } = await openPage();
  // The prompt has the keyboard at first, and Alt+N may write there.
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+n");
  await page.keyboard.press("Alt+n");
  await tabs(page).nth(2).dblclick();
  await page.getByLabel("Workflow title").fill("Third");
  await page.keyboard.press("Enter");
  assert.deepEqual(await titles(page), ["First picture", "Untitled workflow", "Third"]);

  const [from, to] = [await tabs(page).nth(2).boundingBox(), await tabs(page).first().boundingBox()];
  await drag(page, { x: from.x + 40, y: from.y + 10 }, { x: to.x + 10, y: to.y + 10 });
  assert.deepEqual(await titles(page), ["Third", "First picture", "Untitled workflow"]);
  await tabs(page).first().focus();
  await page.keyboard.press("Control+Shift+ArrowRight");
  assert.deepEqual(await titles(page), ["First picture", "Third", "Untitled workflow"]);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await tabs(page).first().getAttribute("aria-selected"), "true");

  await prompt(page).fill("a red heart");
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+w");
  assert.deepEqual(await titles(page), ["Third", "Untitled workflow"]);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  assert.deepEqual(await titles(page), ["First picture", "Third", "Untitled workflow"]);
  await promptIs(page, "a red heart");
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await promptIs(page, PROMPT);

  // Back by its key, nothing says any more that it is closed.
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+w");
  const closed = page.getByRole("status").filter({ hasText: "First picture is closed." });
  await closed.waitFor();
  await page.keyboard.press("Alt+Shift+t");
  await closed.waitFor({ state: "detached", timeout: 2_000 });
  assert.deepEqual(await titles(page), ["First picture", "Third", "Untitled workflow"]);
});

test("all tabs are back after a reload, in their order, with their edits", async () => {
  const { page } = await openPage();
  await prompt(page).fill("a moon that is kept");
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+n");
  await tabs(page).nth(1).dblclick();
  await page.getByLabel("Workflow title").fill("Second");
  await page.keyboard.press("Enter");
  await draftHas(page, "Second");
  await page.reload();
  await tabs(page).nth(1).waitFor();
  assert.deepEqual(await titles(page), ["First picture", "Second"]);
  assert.equal(await tabs(page).nth(1).getAttribute("aria-selected"), "true");
  await tabs(page).first().click();
  await promptIs(page, "a moon that is kept");
  assert.match(await tabs(page).first().getAttribute("aria-label"), /not saved/);
});

test("a run goes on while another tab is shown, and its picture is there when one comes back", async () => {
  const { page } = await openPage();
  await setSeed(page, freshSeed());
  await page.locator("h3").first().click();
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-run-state="running"], [data-run-state="queued"]').first().waitFor();
  await page.keyboard.press("Alt+n");
  await page.locator('[data-run-state="idle"]').getByText("Another job is running").waitFor();
  await tabs(page).first().click();
  await waitForRun(page, ["succeeded"], 120_000);
  await page.locator('[data-node="save"] img, [data-result="picture"]').first().waitFor();
});

test("a workflow is saved by name, its dot goes, and opening it again shows its tab", async () => {
  const { page } = await openPage();
  const name = fresh("saved");
  await prompt(page).fill("a pink heart");
  await page.keyboard.press("Control+s");
  await page.getByRole("dialog", { name: "Save as…" }).waitFor();
  // The name is what one types first: it has the focus, and what stands there is selected.
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.locator('[data-active="true"] [data-unsaved="false"]').waitFor({ state: "attached" });
  // What it is saved as is what it is called: on its tab, in the window's title, in the file.
  const leaf = name.split("/").at(-1);
  assert.deepEqual(await titles(page), [leaf]);
  assert.ok((await page.title()).startsWith(leaf));
  await prompt(page).fill("a blue heart");
  await page.locator('[data-active="true"] [data-unsaved="true"]').waitFor({ state: "attached" });
  await page.keyboard.press("Control+s");
  await page.locator('[data-active="true"] [data-unsaved="false"]').waitFor({ state: "attached" });
  const { workflow } = await (await fetch(`${URL_}/api/v1/workflows/saved/${encodeURIComponent(name)}`)).json();
  assert.equal(workflow.nodes.find((node) => node.id === "prompt").widgets.text, "a blue heart");
  assert.equal(workflow.title, leaf);

  // Its tab lies behind another one; its card shows it instead of opening it twice.
  await prompt(page).fill("a blue heart, changed");
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+n");
  await prompt(page).waitFor({ state: "detached" });
  await page.locator('[data-rail="panel.workflows"]').click();
  const panel = page.locator('[data-panel="workflows"]');
  await panel.getByRole("button", { name: "Saved", exact: true }).click();
  await panel
    .getByRole("listitem")
    .filter({ hasText: name.split("/").at(-1) })
    .getByRole("button")
    .first()
    .click();
  await promptIs(page, "a blue heart, changed");
  assert.equal(await tabs(page).count(), 2);
  assert.equal(await tabs(page).first().getAttribute("aria-selected"), "true");
});

test("somebody else's save is never overwritten unseen: see both, keep mine, theirs stays a version", async () => {
  const { page } = await openPage();
  const name = fresh("shared");
  await saveAs(page, name);
  await saveBehind(name, (workflow) => {
    workflow.nodes.find((node) => node.id === "prompt").widgets.text = "theirs";
    workflow.nodes = workflow.nodes.filter((node) => node.id !== "negative");
  });
  await prompt(page).fill("mine");
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog", { name: "Saved by somebody else in between" });
  await dialog.waitFor();
  await dialog.locator('[data-mark="added"]').waitFor();
  assert.match(await dialog.locator("[data-change=changed]").innerText(), /theirs[\s\S]*mine/);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  // Asked for in the dialog of saving, tags are part of mine.
  await page.keyboard.press("Control+Shift+s");
  const saving = page.getByRole("dialog", { name: "Save as…" });
  await saving.getByLabel("Tags").fill("kept, mine");
  await saving.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await dialog.waitFor({ state: "detached" });
  const path = `${URL_}/api/v1/workflows/saved/${encodeURIComponent(name)}`;
  const { workflow } = await (await fetch(path)).json();
  assert.equal(workflow.nodes.find((node) => node.id === "prompt").widgets.text, "mine");
  assert.deepEqual(workflow.extra.tags, ["kept", "mine"]);
  const { versions } = await (await fetch(`${path}/versions`)).json();
  assert.equal(versions.length, 2);
});

test("theirs can be taken, and Undo brings mine back", async () => {
  const { page } = await openPage();
  const name = fresh("theirs");
  await saveAs(page, name);
  await saveBehind(name, (workflow) => {
    workflow.nodes.find((node) => node.id === "prompt").widgets.text = "theirs";
  });
  await prompt(page).fill("mine");
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Show theirs" }).click();
  await promptIs(page, "theirs");
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await promptIs(page, "mine");
});

test("versions show what changed on the graph and as a list, and one is restored", async () => {
  const { page } = await openPage();
  const name = fresh("versions");
  await saveAs(page, name);
  await prompt(page).fill("the second state");
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+s");
  await page.locator('[data-active="true"] [data-unsaved="false"]').waitFor({ state: "attached" });
  await tabs(page).first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Versions" }).click();
  const dialog = page.getByRole("dialog", { name: "Versions" });
  await dialog.locator('[data-mark="removed"]').waitFor();
  await dialog.locator('[data-mark="changed"]').waitFor();
  assert.match(await dialog.locator("[data-change=removed]").innerText(), /Size/);
  await dialog.getByRole("button", { name: /^Restore version/ }).click();
  await promptIs(page, PROMPT);
  await page.locator('[data-node="size"]').waitFor();
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await promptIs(page, "the second state");
});

/** The workflow as the menu downloads it. */
async function downloaded(page, label) {
  await page.getByRole("button", { name: "Menu" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: label }).click();
  return readFile(await (await download).path());
}

test("a workflow is downloaded in our form and in each of ComfyUI's, and each opens again", async () => {
  const { page } = await openPage();
  await prompt(page).fill("a travelling star");
  const links = [];
  for (const [label, test_] of [
    ["Download as JSON", (file) => file.noiseloom === 2],
    ["Download for ComfyUI (canvas 0.4)", (file) => file.version === 0.4 && file.links.every(Array.isArray)],
    ["Download for ComfyUI (canvas 1.0)", (file) => file.version === 1 && file.state.lastLinkId === file.links.length],
    ["Download for ComfyUI (API)", (file) => Object.values(file).every((node) => node.class_type !== undefined)],
  ]) {
    const bytes = await downloaded(page, label);
    const file = JSON.parse(bytes);
    assert.ok(test_(file), label);
    assert.equal(file.noiseloom === undefined, label !== "Download as JSON");
    if (Array.isArray(file.links)) {
      links.push(file.links.map((link) => (Array.isArray(link) ? link.slice(1, 5) : ends(link))));
    }
    const count = await tabs(page).count();
    await dropFile(page, bytes, "again.json", "application/json");
    await tabs(page).nth(count).waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll("article textarea")].some((field) => field.value === "a travelling star"),
    );
  }
  // Both canvases have the same wires, each in its own words.
  const sorted = links.map((all) => all.map((link) => link.join()).sort());
  assert.deepEqual(sorted[1], sorted[0]);
  await kept(page);
});

const ends = (link) => [link.origin_id, link.origin_slot, link.target_id, link.target_slot];

test("a sub-graph, a dot and a frame's colour come back from both of ComfyUI's canvas forms", async () => {
  const { page, troubles } = await openPage();
  const sent = JSON.parse(await readFile(new URL("../fixtures/subgraph.json", import.meta.url)));
  sent.reroutes = [{ id: "bend", position: [560, 40] }];
  sent.wires.find(({ to }) => to[1] === "i2").via = ["bend"];
  sent.frames = [{ id: "f", title: "All of it", note: "", bounds: [-40, -60, 1400, 700], color: "blue" }];
  await dropFile(page, Buffer.from(JSON.stringify(sent)), "sub.json", "application/json");
  await page.locator('[data-node="paint"]').waitFor();
  const first = tabs(page).nth((await tabs(page).count()) - 1);
  for (const version of ["0.4", "1.0"]) {
    const canvas = await downloaded(page, `Download for ComfyUI (canvas ${version})`);
    const again = tabs(page).nth(await tabs(page).count());
    await dropFile(page, canvas, "again.json", "application/json");
    await again.waitFor();
    const paint = page.locator('article:has(h3:text-is("Paint and decode"))');
    await paint.waitFor();
    await page.locator("[data-reroute]").waitFor();
    // What it promotes keeps its values; named wires are drawn.
    assert.deepEqual(await paint.locator("input[data-widget]").evaluateAll((all) => all.map((field) => field.value)), [
      "6",
      "42",
    ]);
    assert.equal(await page.locator("[data-named]").count(), 0);
    const { frames, wires, subgraphs } = JSON.parse(await downloaded(page, "Download as JSON"));
    assert.deepEqual(
      [frames[0].title, frames[0].color, frames[0].bounds],
      ["All of it", "blue", [-40, -60, 1400, 700]],
    );
    assert.equal(wires.filter(({ via }) => via?.length === 1).length, 1);
    assert.equal(wires.length, sent.wires.length + 2);
    assert.equal(subgraphs[0].wires.length, sent.subgraphs[0].wires.length);
    await first.click();
    await page.locator('[data-node="paint"]').waitFor();
  }
  assert.deepEqual(troubles, []);
});
