/** Files of ComfyUI, chosen or dropped as a person does, opened and run. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { canvasWithSubgraph, plainCanvas, plainPrompt } from "./comfyui.mjs";
import { keeps } from "./edited.mjs";
import { png, textChunk } from "./pngs.mjs";
import { closeBrowser, dropFile, freshSeed, nodes, openPage, waitForRun, wires } from "./studio.mjs";

after(closeBrowser);

const json = (value) => Buffer.from(JSON.stringify(value));
const fresh = () => `import-${freshSeed()}`;
const node = (page, id) => page.locator(`article[data-node="${id}"]`);

/** Press Run; answers what was queued and the measures of the picture that came. */
async function runs(page) {
  const posted = page.waitForRequest((request) => request.method() === "POST" && /\/jobs$/.test(request.url()));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const sent = JSON.parse((await posted).postData());
  await waitForRun(page, ["succeeded"], 120_000);
  const picture = node(page, "9").locator("img").first();
  const size = await picture.evaluate((image) => image.decode().then(() => [image.naturalWidth, image.naturalHeight]));
  return { sent, size };
}

test("a canvas of form 1.0 is chosen with the menu, with its dot, group and note, and runs", async () => {
  const { page, troubles } = await openPage();
  const prefix = fresh();
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("menuitem", { name: /^Open…/ }).click();
  await (await chooser).setFiles({
    name: "inside out.json",
    mimeType: "application/json",
    buffer: json(plainCanvas(prefix)),
  });
  await node(page, "9").waitFor();
  assert.equal(await nodes(page), 3);
  assert.equal(await wires(page), 2);
  assert.equal(await page.locator("[data-reroute]").count(), 1);
  await page.getByText("Ink", { exact: true }).waitFor();
  await page.locator("[data-comment] strong", { hasText: "inside out" }).waitFor();
  assert.equal(await node(page, "9").locator("h3").innerText(), "Keep");
  assert.match(await page.locator('[role="tab"][aria-selected="true"]').innerText(), /inside out/);
  const { sent, size } = await runs(page);
  assert.deepEqual(size, [80, 48]);
  assert.equal(sent.workflow.nodes.find(({ id }) => id === "9").widgets.filename_prefix, prefix);
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a canvas with a sub-graph opens with what it shows of itself, can be gone into, and runs with its own value", async () => {
  const { page, troubles } = await openPage();
  await dropFile(page, json(canvasWithSubgraph(fresh())), "pot.json", "application/json");
  const pot = node(page, "6");
  await pot.waitFor();
  assert.equal(await nodes(page), 2);
  assert.equal(await wires(page), 1);
  assert.equal(await pot.locator("h3").innerText(), "Ink pot");
  assert.equal(await pot.locator("input").first().inputValue(), "112");
  const { size } = await runs(page);
  assert.deepEqual(size, [112, 48]);
  await pot.locator("h3").click();
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("navigation", { name: "Sub-graphs on the way here" }).getByText("Ink pot").waitFor();
  await node(page, "5").waitFor();
  assert.equal(await page.locator('article[data-node="2"], article[data-node="5"]').count(), 2);
  assert.equal(await wires(page), 2);
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a picture of ComfyUI opens by its canvas, and by its prompt where that is all it carries", async () => {
  const { page, troubles } = await openPage();
  const prefix = fresh();
  const prompt = textChunk("prompt", JSON.stringify(plainPrompt(prefix)));
  const workflow = textChunk("workflow", JSON.stringify(plainCanvas(prefix)));
  await dropFile(page, png([9, 9, 9], [prompt, workflow]), "ComfyUI_00001_.png", "image/png");
  await node(page, "9").waitFor();
  assert.deepEqual([await nodes(page), await wires(page)], [3, 2]);
  assert.equal(await page.locator("[data-reroute]").count(), 1);
  await page.locator("[data-comment]").waitFor();

  const tabs = await page.getByRole("tab").count();
  await dropFile(page, png([9, 9, 9], [prompt]), "ComfyUI_00002_.png", "image/png");
  await page.waitForFunction((before) => document.querySelectorAll("[role=tab]").length > before, tabs);
  await page.locator("[data-comment]").waitFor({ state: "detached" });
  assert.deepEqual([await nodes(page), await wires(page)], [3, 2]);
  assert.equal(await node(page, "9").locator("h3").innerText(), "Keep");
  assert.deepEqual((await runs(page)).size, [80, 48]);

  // A picture that carries neither says so where a workflow was to be opened. (Dropped, it becomes a node.)
  const choosing = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  await (await choosing).setFiles({ name: "holiday.png", mimeType: "image/png", buffer: png([9, 9, 9]) });
  await page.getByRole("alert").filter({ hasText: "holiday.png carries no workflow" }).waitFor();
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a picture of A1111 opens by the words under it, with its prompts, seed, steps and size, and runs", async () => {
  const { page, troubles } = await openPage();
  const seed = freshSeed();
  const words = [
    "a red circle above a blue square",
    "Negative prompt: blurry",
    `Steps: 3, Sampler: Euler a, CFG scale: 6.5, Seed: ${seed}, Size: 64x64, Model: starter-sd`,
  ].join("\n");
  await dropFile(page, png([9, 9, 9], [textChunk("parameters", words)]), "00001-7.png", "image/png");
  await page.waitForFunction(
    () => document.querySelectorAll("[role=tab]").length > 1 || document.title.includes("00001"),
  );
  const document = await keeps(page, ({ nodes }) => nodes.some(({ type }) => type === "KSampler"), "a sampler came");
  const sampler = document.nodes.find(({ type }) => type === "KSampler");
  const fed = (input) => {
    const { from } = document.wires.find(({ to }) => to[0] === sampler.id && to[1] === input);
    return document.nodes.find(({ id }) => id === from[0]).widgets;
  };
  const { steps, cfg, sampler_name } = sampler.widgets;
  assert.deepEqual([steps, cfg, sampler_name, String(sampler.widgets.seed)], [3, 6.5, "euler_ancestral", seed]);
  assert.equal(fed("positive").text, "a red circle above a blue square");
  assert.equal(fed("negative").text, "blurry");
  assert.deepEqual([fed("latent_image").width, fed("latent_image").height], [64, 64]);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await waitForRun(page, ["succeeded"], 120_000);
  assert.deepEqual(troubles, []);
  await page.context().close();
});
