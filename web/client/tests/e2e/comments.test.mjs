/** Comments: added, written, coloured, sized, and taken to ComfyUI and back. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { closeBrowser, drag, dropFile, openPage } from "./studio.mjs";

after(closeBrowser);

const comment = (page) => page.locator("[data-comment]");
const gone = { state: "detached" };

async function saved(page) {
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download as JSON" }).click();
  return readFile(await (await download).path());
}

test("a comment is added by the canvas's menu where it was opened, written in Markdown, coloured and sized", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Escape");
  await page.mouse.click(380, 60, { button: "right" });
  await page.getByRole("menuitem", { name: "Add a comment" }).click();
  const field = comment(page).getByRole("textbox");
  await field.fill("Try **more steps**\n\n- [the paper](https://arxiv.org/abs/2112.10752)\n- <b>plain</b>");
  await page.keyboard.press("Control+Enter");
  await field.waitFor(gone);
  await comment(page).locator("strong", { hasText: "more steps" }).waitFor();
  assert.equal(await comment(page).locator("b").count(), 0, "HTML is text");
  assert.equal(await comment(page).getByRole("link").getAttribute("target"), "_blank");
  const at = await comment(page).boundingBox();
  assert.ok(Math.abs(at.x - 380) < 8 && Math.abs(at.y - 60) < 8, JSON.stringify(at));

  await comment(page).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Blue" }).click();
  const corner = { x: at.x + at.width - 1, y: at.y + at.height - 1 };
  await drag(page, corner, { x: corner.x + 80, y: corner.y + 40 });
  const file = JSON.parse(await saved(page));
  const { kind, color, bounds } = file.frames.find((frame) => frame.kind === "comment");
  assert.deepEqual([kind, color], ["comment", "blue"]);
  assert.ok(bounds[2] > 300 && bounds[3] > 140, JSON.stringify(bounds));
  await page.keyboard.press("Control+z");
  await page.waitForFunction((width) => document.querySelector("[data-comment]").offsetWidth === width, at.width);
  assert.deepEqual(troubles, []);
});

test("the palette offers a comment in both languages; keys write it and delete it; undo brings it back", async () => {
  const { page } = await openPage({ locale: "zh-CN" });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+A");
  await page.keyboard.type("注释");
  await page.keyboard.press("Enter");
  await comment(page).getByRole("textbox").waitFor();
  await page.keyboard.type("第一行");
  await page.keyboard.press("Escape");
  await comment(page).getByText("第一行").waitFor();
  await page.keyboard.press("Enter");
  await comment(page).getByRole("textbox").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Delete");
  await comment(page).waitFor(gone);
  await page.keyboard.press("Control+z");
  await comment(page).waitFor();
});

test("ComfyUI's notes open as comments", async () => {
  const { page } = await openPage();
  const note = {
    id: 1,
    type: "MarkdownNote",
    pos: [0, 0],
    size: [260, 100],
    widgets_values: ["## From elsewhere"],
    inputs: [],
    outputs: [],
  };
  const canvas = { version: 0.4, last_node_id: 1, last_link_id: 0, nodes: [note], links: [], groups: [] };
  await dropFile(page, Buffer.from(JSON.stringify(canvas)), "notes.json", "application/json");
  await comment(page).getByRole("heading", { name: "From elsewhere" }).waitFor();
});
