/** Pictures and pieces of workflows from this page, another browser or another program: by the system's clipboard, or dropped. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { canvasWithSubgraph, plainCanvas, plainPrompt } from "./comfyui.mjs";
import { keeps } from "./edited.mjs";
import { png } from "./pngs.mjs";
import { closeBrowser, dropFile, freshSeed, nodes, openPage, setSeed, waitForRun, wires } from "./studio.mjs";

after(closeBrowser);

/** Paste the bytes at `url`, or a plain picture, as the browser would after a copy elsewhere. */
function paste(page, url = null) {
  return page.evaluate(async (address) => {
    const draw = () => {
      const sheet = new OffscreenCanvas(32, 32);
      sheet.getContext("2d").fillRect(0, 0, 16, 16);
      return sheet.convertToBlob();
    };
    const blob = address === null ? await draw() : await (await fetch(address)).blob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, url);
}

const images = (page) => page.locator('article[data-node^="loadimage"]');

test("a pasted picture becomes an image node, and then the image of the selected one", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Escape");
  await paste(page);
  await images(page).locator("img[alt^='pasted-']").waitFor();
  const first = await images(page).locator("img").getAttribute("alt");
  await images(page).locator("h3").click();
  await paste(page);
  await page.waitForFunction(
    (before) => document.querySelector('article[data-node^="loadimage"] img')?.alt !== before,
    first,
  );
  assert.equal(await images(page).count(), 1);
  assert.deepEqual(troubles, []);
});

test("a pasted picture that carries its workflow offers it", async () => {
  const { page } = await openPage();
  await setSeed(page, freshSeed());
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  const url = await page.locator('[data-result="picture"]').getAttribute("src");
  await page.keyboard.press("Escape");
  await paste(page, url);
  const tabs = await page.getByRole("tab").count();
  await page.getByRole("status").getByRole("button", { name: "Restore workflow" }).click();
  await page.waitForFunction((before) => document.querySelectorAll("[role=tab]").length > before, tabs);
});

test("a photo from the desktop becomes an image node where it is dropped; on an image node, that node's image", async () => {
  const { page, troubles } = await openPage();
  const before = await nodes(page);
  await page.keyboard.press("Shift+1");
  await dropFile(page, png([200, 40, 40]), "red.png", "image/png", ".react-flow__pane");
  await images(page).locator("img[alt='red.png']").waitFor();
  assert.equal(await nodes(page), before + 1);
  await dropFile(page, png([40, 40, 200]), "blue.png", "image/png", 'article[data-node^="loadimage"]');
  await images(page).locator("img[alt='blue.png']").waitFor();
  assert.equal(await nodes(page), before + 1);
  await page.keyboard.press("Control+z");
  await images(page).locator("img[alt='red.png']").waitFor();
  await page.getByText("Drop a picture or a workflow file").waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

const COPIES = { permissions: ["clipboard-read", "clipboard-write"] };
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());
/** What another program leaves on the clipboard. */
const leave = (page, words) => page.evaluate((text) => navigator.clipboard.writeText(text), words);
const counts = async (page) => [await nodes(page), await wires(page)];
const has = (page, wanted) =>
  page.waitForFunction(
    ([cards, lines]) =>
      document.querySelectorAll("article[data-node]").length === cards &&
      document.querySelectorAll(".react-flow__edge").length === lines,
    wanted,
  );
const onCanvas = (page) => page.locator("#canvas").focus();

async function selectTwo(page) {
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.down("Shift");
  await page.locator('[data-node="decode"] h3').click();
  await page.keyboard.up("Shift");
}

test("copied nodes are text that another browser pastes, with or without the wires from outside, dots and values with them", async () => {
  const here = await openPage(COPIES);
  const seed = freshSeed();
  await setSeed(here.page, seed);
  // A dot on the wire between the two.
  const at = await here.page.locator('.react-flow__edge[data-id*="samples"]').evaluate((group) => {
    const path = group.querySelector("path");
    const matrix = path.getScreenCTM();
    for (let part = 10; part < 40; part += 1) {
      const { x, y } = path.getPointAtLength((path.getTotalLength() * part) / 40).matrixTransform(matrix);
      if (group.contains(document.elementFromPoint(x, y))) return { x, y };
    }
    throw new Error("the wire is hidden");
  });
  await here.page.keyboard.down("Alt");
  await here.page.mouse.click(at.x, at.y);
  await here.page.keyboard.up("Alt");
  await here.page.locator("[data-reroute]").waitFor();
  const [cards, lines] = await counts(here.page);
  await selectTwo(here.page);
  await here.page.keyboard.press("Control+c");
  const text = await copied(here.page);
  const piece = JSON.parse(text);
  assert.deepEqual(piece.nodes.map(({ type }) => type).sort(), ["KSampler", "VAEDecode"]);
  assert.equal(piece.nodes.find(({ type }) => type === "KSampler").widgets.seed, seed);
  await here.page.keyboard.press("Control+x");
  await has(here.page, [cards - 2, lines - 7]);
  await here.page.context().close();

  const { page, troubles } = await openPage(COPIES);
  await leave(page, text);
  await onCanvas(page);
  await page.keyboard.press("Control+v");
  await has(page, [cards + 2, lines + 1]);
  const twin = page.locator('article[data-node="sampler-2"]');
  assert.equal(await twin.locator('[data-widget="seed"]').inputValue(), seed);
  assert.equal(await page.locator("[data-reroute]").count(), 1, "the dot came along");
  await page.keyboard.press("Control+z");
  await has(page, [cards, lines]);
  await page.keyboard.press("Control+Shift+v");
  // The sampler's four inputs and the decoder's VAE come from the nodes of these names here.
  await has(page, [cards + 2, lines + 6]);
  await page.keyboard.press("Control+z");
  await page.locator(".react-flow__pane").click({ button: "right", position: { x: 640, y: 560 } });
  await page.getByRole("menuitem", { name: /^Paste with wires/ }).click();
  await has(page, [cards + 2, lines + 6]);
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a workflow's text from another program is pasted whole: ComfyUI's canvas, with a sub-graph too, and its prompt", async () => {
  const { page, troubles } = await openPage(COPIES);
  const [cards, lines] = await counts(page);
  // Other words are none of the canvas's business.
  await leave(page, "a shopping list");
  await onCanvas(page);
  await page.keyboard.press("Control+v");
  for (const [value, more, ways] of [
    [plainCanvas("pasted"), 3, 2],
    [canvasWithSubgraph("pasted"), 2, 1],
    [plainPrompt("pasted"), 3, 2],
  ]) {
    await leave(page, JSON.stringify(value, null, 2));
    await onCanvas(page);
    await page.keyboard.press("Control+v");
    await has(page, [cards + more, lines + ways]);
    if (value.reroutes?.length > 0) await page.locator("[data-reroute]").waitFor();
    if (value.definitions) await page.getByRole("heading", { name: "Ink pot" }).waitFor();
    await page.keyboard.press("Control+z");
    await has(page, [cards, lines]);
  }
  await leave(page, '{"nodes": "none"}');
  await page.keyboard.press("Control+v");
  await page.getByText("There is no piece of a workflow on the clipboard.").waitFor();
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a sub-graph is pasted as it was copied, whatever goes by its id there, and never into itself", async () => {
  const { page, troubles } = await openPage(COPIES);
  const made = page.locator('article[data-node^="subgraph"], article[data-node^="sub-graph"]').first();
  const steps = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("Control+Shift+e");
  await made.waitFor();
  await page.getByRole("tab").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await page.getByRole("tab").nth(1).waitFor();
  await made.locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await steps.fill("77");
  await steps.press("Enter");
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+ArrowUp");
  await made.locator("h3").click();
  await page.keyboard.press("Control+c");
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("77"));
  await page.keyboard.press("Alt+ArrowDown");
  await steps.waitFor();
  await page.keyboard.press("Control+v");
  await page.getByText("A sub-graph cannot hold itself.").waitFor();
  await page.getByRole("tab").first().click();
  await made.waitFor();
  await page.keyboard.press("Control+v");
  const pasted = await keeps(page, ({ subgraphs = [] }) => subgraphs.length === 2, "one definition for both");
  const stepsOf = ({ type }) =>
    pasted.subgraphs.find(({ id }) => type === `subgraph:${id}`)?.nodes.find(({ id }) => id === "sampler").widgets
      .steps;
  assert.deepEqual(pasted.nodes.map(stepsOf).filter(Boolean).toSorted(), [20, 77]);
  assert.deepEqual(troubles, []);
});
