/** A workflow from elsewhere names a node and a model that are not here: nothing is lost, and both are replaced. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { closeBrowser, dropFile, openPage, waitForRun, wires } from "./studio.mjs";

after(closeBrowser);

const TEMPLATE = new URL("../../../../workflows/text-to-image.json", import.meta.url);
const FILE = "v1-5-pruned-emaonly.safetensors";

test("missing nodes and models keep everything, are named with what could stand in, and are replaced", async () => {
  const workflow = JSON.parse(await readFile(TEMPLATE, "utf8"));
  workflow.id = crypto.randomUUID();
  const by = (id) => workflow.nodes.find((node) => node.id === id);
  by("loader").widgets.ckpt_name = FILE;
  Object.assign(by("decode"), { type: "VAEDecodeFancy", widgets: { sparkle: 0.5 } });
  const { page } = await openPage({ width: 1600, height: 900 });
  const before = await wires(page);
  await dropFile(page, Buffer.from(JSON.stringify(workflow)), "elsewhere.json", "application/json");
  const placeholder = page.locator('[data-node="decode"]');
  await placeholder.getByText("not installed").waitFor();
  assert.equal(await wires(page), before, "its wires stay");

  await page.getByRole("button", { name: "Show", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "What is missing here" });
  const type = dialog.locator('[data-missing="VAEDecodeFancy"]');
  await type.getByRole("combobox").selectOption("VAEDecode");
  await type.getByRole("button", { name: "Replace all" }).click();
  await type.waitFor({ state: "detached" });
  const model = dialog.locator(`[data-missing="${FILE}"]`);
  await model.getByRole("combobox").selectOption("starter-sd.safetensors");
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
