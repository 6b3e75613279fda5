/** Libraries, templates, tabs, settings and the system in a hand. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, get, nodes } from "./studio.mjs";
import { middle, openTouch } from "./touch.mjs";

after(closeBrowser);

const PHONE = { width: 390, height: 844 };
const gone = { state: "detached" };

/** The canvas of a phone, which opens on the form. */
async function openCanvas() {
  const opened = await openTouch(PHONE);
  await opened.page.locator("[data-view=form]").getByRole("button", { name: "Canvas" }).tap();
  await opened.page.locator("[data-view]").waitFor(gone);
  return opened;
}

/** Open a panel from the rail, or from the menu behind its last button. */
async function openPanel(page, id) {
  const there = page.locator(`[data-rail="${id}"]`);
  if ((await there.count()) === 0) await page.locator('[data-rail="more"]').tap();
  await there.tap();
}

const panel = (page, id) => page.locator(`[data-panel="${id}"]`);

async function close(page, id) {
  await panel(page, id)
    .getByRole("button", { name: /^Close/ })
    .first()
    .tap();
  await panel(page, id).waitFor(gone);
}

test("a template opens from the library in a tab of its own; tabs are changed and closed", async () => {
  const { page, troubles } = await openCanvas();
  await page.getByRole("button", { name: "Menu", exact: true }).tap();
  await page.getByRole("menuitem", { name: /^New/ }).tap();
  await page.getByRole("tab").nth(1).waitFor();
  await openPanel(page, "panel.workflows");
  const library = panel(page, "workflows");
  await library.getByText("Templates", { exact: true }).tap();
  await library.getByRole("searchbox").fill("two passes");
  await library.getByRole("button", { name: /Large in two passes/ }).tap();
  const form = page.locator("[data-view=form]");
  await form.getByRole("heading", { name: "Large in two passes" }).waitFor();
  await form.getByRole("button", { name: "Canvas" }).tap();
  await page.locator("[data-view]").waitFor(gone);
  const tab = (name) => page.getByRole("tab", { name });
  await tab(/Large in two/).waitFor();
  await tab(/First picture/).tap();
  // The first workflow has a form: a phone shows that again.
  await form.getByRole("heading", { name: "First picture" }).waitFor();
  assert.deepEqual(troubles, []);
});

test("the node library adds a node by one tap and tells about it by another", async () => {
  const { page, troubles } = await openCanvas();
  const before = await nodes(page);
  await openPanel(page, "panel.nodes");
  const library = panel(page, "nodes");
  await library.getByRole("searchbox").fill("invert");
  const row = library.locator('[data-type="ImageInvert"]');
  await row
    .getByRole("button", { name: /^Help|^About|^What/ })
    .first()
    .tap();
  await library.getByRole("region").waitFor();
  await row.getByRole("button", { name: /^Add/ }).tap();
  await page.waitForFunction((count) => document.querySelectorAll("article[data-node]").length > count, before);
  await close(page, "nodes");
  assert.deepEqual(troubles, []);
});

test("the model library tells of a model and adds its loader", async () => {
  const { page, troubles } = await openCanvas();
  const before = await nodes(page);
  await openPanel(page, "panel.models");
  const models = panel(page, "models");
  const row = models.locator('[data-model="starter-t5.safetensors"]');
  await row.getByRole("button").first().tap();
  await models.getByRole("region", { name: "About starter-t5.safetensors" }).getByText("Apache-2.0").waitFor();
  await row.getByRole("button", { name: /^What to do with/ }).tap();
  await page.getByRole("menuitem", { name: "Add Load text encoder" }).tap();
  await page.waitForFunction((count) => document.querySelectorAll("article[data-node]").length > count, before);
  assert.deepEqual(troubles, []);
});

test("theme and language are chosen in the settings; the system panel shows the worker", async () => {
  const { page, troubles } = await openCanvas();
  await openPanel(page, "panel.system");
  await panel(page, "system").locator('[data-state="ready"], [data-state="busy"]').first().waitFor();
  await close(page, "system");
  await openPanel(page, "page.settings");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Light" }).tap();
  await page.locator('html[data-theme="light"]').waitFor({ state: "attached" });
  await dialog.getByRole("radio", { name: "简体中文" }).tap();
  await page.locator('html[lang="zh-CN"]').waitFor({ state: "attached" });
  await dialog.getByRole("button", { name: "关闭" }).first().tap();
  await dialog.waitFor(gone);
  assert.deepEqual(troubles, []);
});

test("a workflow is saved by touch under a name, and its changes under the same", async () => {
  const { page, hand, troubles } = await openCanvas();
  const name = `tests/touched ${Date.now()}`;
  const fromMenu = async (item) => {
    await hand.tap(await middle(page.getByRole("button", { name: "Menu", exact: true })));
    await hand.tap(await middle(page.getByRole("menuitem", { name: item })));
  };
  await fromMenu(/^Save as/);
  const dialog = page.getByRole("dialog", { name: "Save as…" });
  await hand.tap(await middle(dialog.getByLabel("Name")));
  await dialog.getByLabel("Name").fill(name);
  await hand.tap(await middle(dialog.getByRole("button", { name: "Save", exact: true })));
  await dialog.waitFor(gone);
  const saved = page.locator('[data-active="true"] [data-unsaved="false"]');
  await saved.waitFor({ state: "attached" });
  await openPanel(page, "panel.nodes");
  const library = panel(page, "nodes");
  await library.getByRole("searchbox").fill("invert");
  await hand.tap(await middle(library.locator('[data-type="ImageInvert"]').getByRole("button", { name: /^Add/ })));
  await close(page, "nodes");
  await page.locator('[data-active="true"] [data-unsaved="true"]').waitFor({ state: "attached" });
  await fromMenu(/^Save(?! as)/);
  await saved.waitFor({ state: "attached" });
  const { workflow } = await get(`/api/v1/workflows/saved/${encodeURIComponent(name)}`);
  assert.ok(workflow.nodes.some(({ type }) => type === "ImageInvert"));
  assert.deepEqual(troubles, []);
});
