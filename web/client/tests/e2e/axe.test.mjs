/**
 * Every part of the page, read by axe-core in three themes and two languages: nothing serious or critical; and on the Chinese
 * page no English.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after } from "node:test";
import { plain, post } from "./pictures.mjs";
import { scenes, view } from "./reading.mjs";
import { closeBrowser, dropFile, freshSeed, get, setSeed, URL_, waitForRun } from "./studio.mjs";

after(closeBrowser);

const nothing = async () => {};
const press = (keys) => (page) => page.keyboard.press(keys);
const onCanvas = (page) => page.locator('[data-node="size"] h3').click();
/** A key that the canvas takes, pressed there. */
const canvasKey = (keys) => async (page) => {
  await onCanvas(page);
  await page.keyboard.press(keys);
};
const dialog = (page) => page.locator("dialog[open], [role=dialog]").first().waitFor();
const noDialog = async (page) => {
  await page.keyboard.press("Escape");
  await page.locator("dialog[open], [role=dialog]").first().waitFor({ state: "detached" });
};
/** A key that opens a dialog. */
const shown = (keys) => async (page) => {
  await canvasKey(keys)(page);
  await dialog(page);
};
const command = (words) => async (page) => {
  await onCanvas(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill(words);
  await page.keyboard.press("Enter");
  await dialog(page);
};
const toCanvas = async (page) => {
  await page.evaluate(() => {
    location.hash = "";
  });
  await page.locator("[data-view]").waitFor({ state: "detached" });
};
const panel = (id) => async (page) => {
  await page.locator(`[data-rail="panel.${id}"]`).click();
  await page.locator(`[data-panel="${id}"]`).waitFor();
};
const noPanel = (id) => async (page) => {
  await page.locator(`[data-rail="panel.${id}"]`).click();
  await page.locator(`[data-panel="${id}"]`).waitFor({ state: "detached" });
};

async function paint(page) {
  await setSeed(page, freshSeed());
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await page.locator('[data-result="picture"]').waitFor();
}

async function comment(page) {
  await canvasKey("Shift+c")(page);
  await page.keyboard.type("Perhaps **more steps** and `euler`, as [the paper](https://example.org) says.");
  await press("Escape")(page);
  await page.locator("[data-comment] a").waitFor();
}

async function missWire(page) {
  await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-code="input.missing"]').first().waitFor();
}

/** A run that goes on until it is stopped. */
async function running(page) {
  await setSeed(page, freshSeed());
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("9000");
  await page.keyboard.press("Control+Enter");
  await page
    .locator('[data-node="sampler"] header')
    .getByText(/\/9000/)
    .waitFor();
}

async function stop(page) {
  await page.keyboard.press("Control+Alt+Enter");
  await waitForRun(page, ["cancelled"]);
}

scenes("the canvas", nothing, [
  ["as it opens", nothing],
  ["with a run under way", running],
  [
    "with the queue of a run under way",
    panel("queue"),
    async (page) => {
      await noPanel("queue")(page);
      await stop(page);
    },
  ],
  ["with a picture", paint],
  ["from afar", canvasKey("Shift+1"), press("Shift+0")],
  ["several nodes selected", canvasKey("Control+a"), press("Escape")],
  ["a comment", comment, press("Escape")],
  ["with an error", missWire],
  ["with an error, the inspector open", panel("inspector"), noPanel("inspector")],
  ["an empty one", press("Alt+n")],
]);

scenes("what opens over the canvas", nothing, [
  ["the palette", shown("Shift+a"), press("Escape")],
  ["the commands", shown("Control+k"), noDialog],
  ["finding", canvasKey("Control+f"), press("Escape")],
  [
    "the menu of a node",
    (page) => page.locator('[data-node="sampler"] h3').click({ button: "right" }),
    press("Escape"),
  ],
  ["the menu of the canvas", (page) => page.mouse.click(700, 640, { button: "right" }), press("Escape")],
  ["the main menu", (page) => page.getByRole("button", { name: "Menu", exact: true }).click(), press("Escape")],
  ["the menu of Run", (page) => page.getByRole("button", { name: "More ways to run" }).click(), press("Escape")],
  ["where to connect", connectList, press("Escape")],
  ["the batch", command("vary"), noDialog],
  ["saving", shown("Control+Shift+s"), noDialog],
  ["the keys", shown("?"), noDialog],
  ["the tour", tour, press("Escape")],
]);

async function tour(page) {
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("menuitem", { name: "Tour" }).click();
  await page.locator("[data-tour] li button:focus").first().waitFor();
}

async function connectList(page) {
  await page.locator('[data-node="sampler"] [data-side="output"]').first().focus();
  await page.keyboard.press("c");
  await dialog(page);
}

const SUBGRAPH = await readFile(new URL("../fixtures/subgraph.json", import.meta.url));

async function openSubgraph(page) {
  await dropFile(page, SUBGRAPH, "sub.json", "application/json");
  await page.locator('[data-node="paint"]').waitFor();
}

const ofSubgraph = (item) => async (page) => {
  await page.locator('[data-node="paint"] h3').click({ button: "right" });
  await page.getByRole("menuitem", { name: item }).click();
  await dialog(page);
};

async function inside(page) {
  await page.locator('[data-node="paint"] h3').click();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("navigation", { name: "Sub-graphs on the way here" }).waitFor();
  // Smaller than that, controls are as small as the person made them.
  await page.keyboard.press("Shift+0");
  await page.getByText("100 %", { exact: true }).waitFor();
}

scenes("a sub-graph", openSubgraph, [
  ["its sockets and settings", ofSubgraph("Sockets and settings"), noDialog],
  ["publishing it", ofSubgraph("Publish to the library…"), noDialog],
  ["inside it", inside],
]);

scenes("the settings", press("Control+,"), [
  ["look", dialog],
  ["work", (page) => page.getByRole("tab").nth(1).click()],
  ["keys", (page) => page.getByRole("tab").nth(2).click()],
  ["extensions", (page) => page.getByRole("tab").nth(3).click(), noDialog],
]);

scenes("the panels", paint, [
  ...["nodes", "workflows", "models", "gallery", "queue", "outline", "plugins", "system"].map((id) => [
    id,
    panel(id),
    noPanel(id),
  ]),
  [
    "the inspector of a node",
    async (page) => {
      await onCanvas(page);
      await panel("inspector")(page);
    },
    noPanel("inspector"),
  ],
]);

/** The first workflow without the form that it comes with. */
async function emptyForm(page) {
  await toCanvas(page);
  const { form: _, ...document } = await get("/api/v1/templates/text-to-image");
  const bytes = Buffer.from(JSON.stringify({ ...document, title: "Plain" }));
  await dropFile(page, bytes, "plain.json", "application/json");
  await page.getByRole("tab", { name: /Plain/, selected: true }).waitFor();
  await view("#/form")(page);
}

/** Two pictures to compare, and one for the trash. */
async function paintThree(page) {
  for (let times = 0; times < 3; times += 1) await paint(page);
}

async function readGuide(page) {
  await view("#/guide")(page);
  await page.locator("[data-view=guide] article h1").waitFor();
}

/** A picture in the trash, chosen, and its last question before it is gone for good. */
async function galleryTrash(page) {
  await view("#/gallery")(page);
  const tiles = page.locator("[data-view=gallery] [data-picture]");
  await tiles.first().click();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Trash", exact: true }).click();
  await tiles.first().click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByRole("button", { name: /^Really delete/ }).waitFor();
}

async function nothingFound(page) {
  await view("#/gallery")(page);
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.fill("zzzzzzzz");
  await field.press("Enter");
  await page.locator("[data-picture]").first().waitFor({ state: "detached" });
}

async function compare(page) {
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.fill("");
  await field.press("Enter");
  await page.locator("[data-picture]").first().focus();
  await page.keyboard.press("c");
  await page.locator("dialog[open]").getByRole("slider").waitFor();
}

scenes("the views", paintThree, [
  ["the user guide", readGuide],
  ["the gallery", view("#/gallery")],
  [
    "the viewer",
    async (page) => {
      await page.locator("[data-view=gallery] [data-picture]").first().focus();
      await page.keyboard.press("Space");
      await dialog(page);
    },
  ],
  [
    "the mask editor",
    async (page) => {
      await page.getByRole("button", { name: "Paint a mask" }).click();
      await page.locator("[data-view=mask] canvas").waitFor();
    },
  ],
  ["the gallery's trash", galleryTrash, (page) => page.getByRole("button", { name: "Trash", exact: true }).click()],
  ["the gallery with a search that finds nothing", nothingFound],
  ["comparing", compare, noDialog],
  ["an empty form", emptyForm],
  [
    "choosing a form's fields",
    async (page) => {
      await page.getByRole("button", { name: "Choose fields" }).click();
      await page.getByRole("button", { name: "Add the usual fields" }).click();
    },
  ],
  ["a form", (page) => page.getByRole("button", { name: "Done" }).click(), toCanvas],
]);

/** What the scenes of saving and of the library are called; their names are nobody else's. */
const NAME = `axe ${freshSeed()}`;
const put = async (path, body) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(URL_ + path, { method: "PUT", headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, await answer.text());
};
const drop = (page, document) =>
  dropFile(page, Buffer.from(JSON.stringify({ noiseloom: 2, wires: [], ...document })), "axe.json", "application/json");

/** A workflow saved here, changed here, and saved by somebody else in between. */
async function savedByTwo(page) {
  await page.keyboard.press("Control+Shift+s");
  const asked = page.getByRole("dialog", { name: "Save as…" });
  await asked.getByLabel("Name").fill(NAME);
  await asked.getByRole("button", { name: "Save", exact: true }).click();
  await asked.waitFor({ state: "detached" });
  const path = `/api/v1/workflows/saved/${encodeURIComponent(NAME)}`;
  const { workflow, revision } = await get(path);
  await put(path, { workflow: { ...workflow, nodes: workflow.nodes.filter(({ id }) => id !== "negative") }, revision });
  await page.locator('[data-node="prompt"] textarea').fill("mine");
}

async function versions(page) {
  await page.locator('[role="tab"][aria-selected="true"]').click({ button: "right" });
  await page.getByRole("menuitem", { name: "Versions" }).click();
  await page.getByRole("dialog", { name: "Versions" }).locator("[data-change]").first().waitFor();
}

async function missing(page) {
  const widgets = { ckpt_name: "nowhere.safetensors" };
  const nodes = [
    { id: "a", type: "NobodyKnowsThis", position: [0, 0] },
    { id: "b", type: "CheckpointLoaderSimple", position: [300, 0], widgets },
  ];
  await drop(page, { id: "axe-missing", title: "Missing", nodes });
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await dialog(page);
}

/** A sub-graph of the library that was changed after it was added here. */
async function update(page) {
  const path = `/api/v1/library/${encodeURIComponent(NAME)}`;
  const step = (id) => ({ id, type: "ImageInvert", position: [0, 0] });
  const published = (title, ...steps) => ({
    workflow: {
      noiseloom: 2,
      id: "axe-library",
      title: NAME,
      nodes: [{ id: "n", type: "subgraph:turn", position: [0, 0] }],
      wires: [],
      subgraphs: [
        { id: "turn", title: NAME, outputs: [{ id: "o", name: title, type: "IMAGE" }], nodes: steps, wires: [] },
      ],
    },
    description: "",
  });
  await put(path, { ...published("one", step("a")), revision: null });
  await page.keyboard.press("Alt+n");
  await page.locator("main").getByText("Nothing here yet").waitFor();
  await page.locator("#canvas").focus();
  await page.keyboard.press("Shift+a");
  await page.keyboard.type(NAME);
  await page.getByRole("option", { name: NAME }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator('article[data-node^="axe"]').waitFor();
  const { revision } = (await get("/api/v1/library")).subgraphs.find(({ name }) => name === NAME);
  await put(path, { ...published("two", step("a"), step("b")), revision });
  await page.getByRole("button", { name: "Update from the library" }).click();
  await page.getByRole("dialog", { name: "Update from the library" }).waitFor();
}

async function grid(page) {
  const inputs = [{ node: "1", input: "color", values: [1, 255, 65_280] }];
  await post("/api/v1/batches", { graph: plain(0, "axe", [32, 32]), axes: [{ title: "Shade", inputs }] });
  await page.locator("[data-queue-button]").click();
  await page.getByRole("complementary", { name: "Queue" }).getByRole("tab", { name: "Batches" }).click();
  const batch = page.getByRole("list", { name: "Batches" }).getByRole("listitem").first();
  await batch.getByText("3 of 3 done").waitFor({ timeout: 120_000 });
  await batch.getByRole("button", { name: "Show the grid" }).click();
  await page.getByRole("dialog", { name: "X/Y grid" }).locator("img").nth(2).waitFor();
}

scenes("the dialogs of saving, of what is missing and of what is new", savedByTwo, [
  [
    "saved by somebody else",
    async (page) => {
      await page.keyboard.press("Control+s");
      await page.locator('dialog [data-change="changed"], [role=dialog] [data-change="changed"]').first().waitFor();
    },
    noDialog,
  ],
  ["versions", versions, noDialog],
  ["what is missing", missing, noDialog],
  ["an update from the library", update, noDialog],
  ["the grid of a batch", grid, noDialog],
]);

const shelf = (name) => async (page) => {
  if ((await page.locator('[data-panel="workflows"]').count()) === 0) await panel("workflows")(page);
  await page.locator('[data-panel="workflows"]').getByRole("button", { name, exact: true }).click();
  await page.locator('[data-panel="workflows"] li').first().waitFor();
};

/** A draft that was closed, and a saved workflow in the trash. */
async function fillShelves(page) {
  const name = `${NAME} gone`;
  const path = `/api/v1/workflows/saved/${encodeURIComponent(name)}`;
  await put(path, { workflow: { noiseloom: 2, id: "axe-gone", title: name, nodes: [], wires: [] }, revision: null });
  await fetch(URL_ + path, { method: "DELETE" });
  // What is touched keeps its tab.
  await page.locator('[data-node="prompt"] textarea').fill("mine");
  await drop(page, {
    id: "axe-draft",
    title: `${NAME} draft`,
    nodes: [{ id: "a", type: "EmptyImage", position: [0, 0] }],
  });
  await page.locator('[data-node="a"] h3').click();
  await page.keyboard.press("Delete");
  await page.locator('[data-active="true"] [data-close]').click();
  await page.locator('[data-node="sampler"]').waitFor();
}

async function wireMenu(page) {
  const at = await page.locator('.react-flow__edge[data-id*="samples"]').evaluate((group) => {
    const path = group.querySelector("path");
    for (let part = 1; part < 40; part += 1) {
      const place = path.getPointAtLength((path.getTotalLength() * part) / 40);
      const { x, y } = place.matrixTransform(path.getScreenCTM());
      if (group.contains(document.elementFromPoint(x, y))) return { x, y };
    }
    throw new Error("the wire is hidden");
  });
  await page.mouse.click(at.x, at.y, { button: "right" });
  await page.getByRole("menuitem", { name: "Name this wire" }).waitFor();
}

async function wireName(page) {
  await page.getByRole("menuitem", { name: "Name this wire" }).click();
  await dialog(page);
}

async function frameMenu(page) {
  await canvasKey("Control+g")(page);
  await page.keyboard.press("Enter");
  await page.locator("[data-frame-title]").last().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Remove the frame" }).waitFor();
}

const boardName = async (page) => {
  await view("#/gallery")(page);
  await page.locator("[data-view=gallery] header button[aria-haspopup=menu]").first().click();
  await page.getByRole("menuitem", { name: "New board…" }).click();
  await dialog(page);
};

scenes("shelves, names and the menus of wires and frames", fillShelves, [
  ["closed drafts", shelf("Drafts")],
  ["deleted workflows", shelf("Trash"), noPanel("workflows")],
  ["the menu of a wire", wireMenu],
  ["the name of a wire", wireName, noDialog],
  ["the menu of a frame", frameMenu, press("Escape")],
  ["the name of a board", boardName, noDialog],
]);
