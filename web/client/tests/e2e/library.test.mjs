import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { closeBrowser, drag, dropFile, get, openPage, URL_ } from "./studio.mjs";

after(closeBrowser);

const FILE = await readFile(new URL("../fixtures/subgraph.json", import.meta.url));
const NAME = `Soft paint ${Date.now()}`;

const dialog = (page) => page.getByRole("dialog", { name: "Publish the sub-graph" });
const published = async () => (await get("/api/v1/library")).subgraphs.find(({ name }) => name === NAME);

/** Publish as another window would, without one. */
async function put(name, body) {
  const answer = await fetch(`${URL_}/api/v1/library/${encodeURIComponent(name)}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.text());
}

async function menuOf(page, node, item) {
  await page.locator(`[data-node="${node}"] h3`).click({ button: "right" });
  await page.getByRole("menuitem", { name: item }).click();
}

async function publishFrom(page, words, press, name = NAME) {
  await menuOf(page, "paint", "Publish to the library…");
  await dialog(page).getByRole("textbox", { name: /^Name/ }).fill(name);
  await dialog(page).getByRole("textbox", { name: "What it does" }).fill(words);
  await dialog(page).getByRole("button", { name: press, exact: true }).click();
  await dialog(page).waitFor({ state: "detached" });
}

test("a sub-graph is published, found in the palette and the node library, added elsewhere, and updated when asked", async () => {
  const home = await openPage();
  await dropFile(home.page, FILE, "sub.json", "application/json");
  await home.page.locator('[data-node="paint"]').waitFor();
  await publishFrom(home.page, "Paints softly.", "Publish");
  const first = await published();
  assert.equal(first.description, "Paints softly.");

  const other = await openPage();
  const { page } = other;
  await page.mouse.dblclick(480, 130);
  await page.keyboard.type(NAME);
  const option = page.getByRole("option", { name: NAME });
  await option.waitFor();
  await page.getByText("Paints softly.").waitFor();
  await page.keyboard.press("Enter");
  const added = page.locator(`article[data-node^="soft-paint"]`);
  await added.waitFor();
  assert.equal(await added.locator('[data-widget="w1"]').inputValue(), "6");
  await page.locator('[data-rail="panel.nodes"]').click();
  await page.locator('[data-branch="category:library"]').click();
  await page.locator(`[data-panel="nodes"] [data-type="library:${NAME}"]`).dblclick();
  await page.waitForFunction(() => document.querySelectorAll('article[data-node^="soft-paint"]').length === 2);
  await page.keyboard.press("Escape");

  await menuOf(home.page, "paint", "Sockets and settings");
  const face = home.page.locator('[data-face="widgets"] [data-face-id="w1"] input');
  await face.fill("Softness");
  await face.press("Enter");
  await home.page.keyboard.press("Escape");
  await publishFrom(home.page, "Paints more softly.", "Replace");
  assert.notEqual((await published()).revision, first.revision);

  // The other window hears of it by itself. It says what the update changes, and leaves it at Cancel.
  await page.getByRole("button", { name: "Update from the library" }).click();
  const asked = page.getByRole("dialog", { name: "Update from the library" });
  await asked.getByText("The setting “steps” is now called “Softness”").waitFor();
  await asked.getByText("2 nodes in this workflow").waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  await asked.waitFor({ state: "detached" });
  assert.equal(await page.getByText("Softness").count(), 0);
  await menuOf(page, await added.first().getAttribute("data-node"), "Update from the library");
  await asked.getByRole("button", { name: "Update", exact: true }).click();
  const softened = (count) =>
    page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll("article")].filter((node) => /Softness/.test(node.innerText)).length === wanted,
      count,
    );
  await softened(2);
  await page.locator("h3").first().click();
  await page.keyboard.press("Control+z");
  await softened(0);
  assert.deepEqual([...home.troubles, ...other.troubles], []);
});

test("a sub-graph of the library goes into the wire it is dropped on, with its definition, in one step", async () => {
  const name = `Invert twice ${Date.now()}`;
  const step = (id, x) => ({ id, type: "ImageInvert", position: [x, 0] });
  const definition = {
    id: "twice",
    title: name,
    inputs: [{ id: "i1", name: "image", type: "IMAGE" }],
    outputs: [{ id: "o1", name: "image", type: "IMAGE" }],
    nodes: [step("a", 0), step("b", 300)],
    wires: [
      { from: ["$inputs", "i1"], to: ["a", "image"] },
      { from: ["a", "IMAGE"], to: ["b", "image"] },
      { from: ["b", "IMAGE"], to: ["$outputs", "o1"] },
    ],
  };
  const node = { id: "n", type: "subgraph:twice", position: [0, 0] };
  const workflow = { noiseloom: 2, id: "d", title: name, nodes: [node], wires: [], subgraphs: [definition] };
  const { page, troubles } = await openPage();
  await put(name, { workflow, description: "", revision: null });
  await page.locator('[data-rail="panel.nodes"]').click();
  await page.locator('[data-panel="nodes"]').getByRole("searchbox").fill(name);
  await page.waitForFunction(() => document.querySelectorAll('[data-panel="nodes"] [role="treeitem"]').length === 1);
  const row = await page.locator(`[data-panel="nodes"] [data-type="library:${name}"]`).boundingBox();
  const wire = page.locator(`.react-flow__edge[data-id='[["decode","IMAGE"],["picture","images"]]']`);
  const at = await wire.evaluate((group) => {
    const path = group.querySelector("path.react-flow__edge-path");
    const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
    return { x: point.x, y: point.y };
  });
  await drag(page, { x: row.x + 40, y: row.y + row.height / 2 }, at);
  await wire.waitFor({ state: "detached" });
  const added = page.locator('article[data-node^="invert-twice"]');
  await added.waitFor();
  assert.equal(await added.locator("[data-socket]").count(), 2);
  await page.keyboard.press("Control+z");
  await added.waitFor({ state: "detached" });
  await wire.waitFor({ state: "attached" });
  assert.deepEqual(troubles, []);
});

test("what another window publishes and takes away is in this window's library without a reload", async () => {
  const here = await openPage();
  const there = await openPage();
  const name = `From elsewhere ${Date.now()}`;
  await here.page.locator('[data-rail="panel.nodes"]').click();
  await here.page.locator('[data-branch="category:library"]').click();
  const row = here.page.locator(`[data-panel="nodes"] [data-type="library:${name}"]`);
  assert.equal(await row.count(), 0);
  await dropFile(there.page, FILE, "sub.json", "application/json");
  await there.page.locator('[data-node="paint"]').waitFor();
  await publishFrom(there.page, "First words.", "Publish", name);
  await row.waitFor();
  await publishFrom(there.page, "Better words.", "Replace", name);
  // The publishing window is not told of what it did itself.
  assert.equal(await there.page.getByRole("button", { name: "Update from the library" }).count(), 0);
  await row.focus();
  await here.page.keyboard.press("F1");
  await here.page.getByText("Better words.").waitFor();
  await there.page.locator('[data-rail="panel.nodes"]').click();
  await there.page.locator('[data-branch="category:library"]').click();
  await there.page.locator(`[data-panel="nodes"] [data-type="library:${name}"]`).focus();
  await there.page.keyboard.press("Delete");
  await row.waitFor({ state: "detached" });
  assert.deepEqual([...here.troubles, ...there.troubles], []);
});

test("what is taken out of the library is gone from it, and back with Undo", async () => {
  const { page } = await openPage();
  await page.locator('[data-rail="panel.nodes"]').click();
  await page.locator('[data-branch="category:library"]').click();
  const row = page.locator(`[data-panel="nodes"] [data-type="library:${NAME}"]`);
  await row.focus();
  await page.keyboard.press("Delete");
  await row.waitFor({ state: "detached" });
  assert.equal(await published(), undefined);
  await page.getByRole("button", { name: "Undo", exact: true }).last().click();
  await row.waitFor();
  assert.ok(await published());
});
