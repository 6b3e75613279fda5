/** A workflow from elsewhere names a node and a model that are not here: nothing is lost, and both are replaced. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { nodeOf } from "./edited.mjs";
import { closeBrowser, dropFile, openPage, waitForRun, wires } from "./studio.mjs";

after(closeBrowser);

const TEMPLATE = new URL("../../../../workflows/text-to-image.json", import.meta.url);
const FILE = "v1-5-pruned-emaonly.safetensors";

/** The open workflow as its file has it. */
async function downloaded(page) {
  await page.getByRole("button", { name: "Menu" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download as JSON" }).click();
  return JSON.parse(await readFile(await (await download).path(), "utf8"));
}

test("missing nodes and models keep everything, are named with what could stand in, and are replaced", async () => {
  const workflow = JSON.parse(await readFile(TEMPLATE, "utf8"));
  workflow.id = crypto.randomUUID();
  const by = (id) => workflow.nodes.find((node) => node.id === id);
  by("loader").widgets.ckpt_name = FILE;
  Object.assign(by("decode"), { type: "VAEDecodeFancy", widgets: { sparkle: 0.5 } });
  const { page } = await openPage({ width: 1600, height: 900, acceptDownloads: true });
  const before = await wires(page);
  await dropFile(page, Buffer.from(JSON.stringify(workflow)), "elsewhere.json", "application/json");
  const placeholder = page.locator('[data-node="decode"]');
  await placeholder.getByText("not installed").waitFor();
  assert.equal(await wires(page), before, "its wires stay");
  const file = await downloaded(page);
  const { type: unknown, widgets } = nodeOf(file, "decode");
  assert.deepEqual({ unknown, widgets }, { unknown: "VAEDecodeFancy", widgets: { sparkle: 0.5 } });
  assert.equal(nodeOf(file, "loader").widgets.ckpt_name, FILE);
  assert.equal(file.wires.length, workflow.wires.length);

  await page.getByRole("button", { name: "Show", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "What is missing here" });
  const type = dialog.locator('[data-missing="VAEDecodeFancy"]');
  assert.equal(await type.getByRole("combobox").inputValue(), "VAEDecode", "what fits is chosen already");
  await type.getByRole("button", { name: "Replace all" }).click();
  await type.waitFor({ state: "detached" });
  const model = dialog.locator(`[data-missing="${FILE}"]`);
  assert.equal(await model.getByRole("combobox").inputValue(), "starter-sd.safetensors");
  await model.getByRole("button", { name: "Replace all" }).click();
  await dialog.getByText("Nothing is missing.").waitFor();
  await page.keyboard.press("Escape");

  await page.locator("main").press("Control+Enter");
  await waitForRun(page, ["succeeded"]);
  // Two steps of Undo bring back what the file said.
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await placeholder.getByText("not installed").waitFor();
  await page.locator('[data-node="loader"]').getByText(FILE).first().waitFor({ state: "attached" });
});
