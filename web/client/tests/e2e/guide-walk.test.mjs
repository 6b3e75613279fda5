/** The user guide, walked from its first step to its last by the names that it gives, in each of its languages. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { until } from "./pictures.mjs";
import { closeBrowser, drag, dropFile, freshSeed, nodes, openPage, prompt, URL_, waitForRun } from "./studio.mjs";

after(closeBrowser);

/** What the guide calls things. Each is looked for in its text, so that neither changes alone. */
const NAMES = {
  "en-US": {
    guide: "user-guide.md",
    words: "a red circle above a blue square on a white background",
    other: ["red", "green"],
    run: "Run",
    cached: "cached",
    newSeed: "New seed",
    templates: "Templates",
    repaint: "Repaint a part",
    vary: ["More ways to run", "Vary and queue…"],
    first: "Sampler › Guidance",
    list: "List",
    second: "Vary a second widget",
    seed: "Sampler › Seed",
    queue: "Queue 6",
    batches: "Batches",
    grid: "Show the grid",
    size: "Size",
    sampler: "Sampler",
    decode: "Decode",
    made: "Sub-graph",
    faces: "Sockets and settings",
    publish: "Publish to the library…",
    download: ["Download", "With the workflow inside"],
    menu: "Menu",
    files: [
      "Download as JSON",
      "Download for ComfyUI (canvas 0.4)",
      "Download for ComfyUI (canvas 1.0)",
      "Download for ComfyUI (API)",
    ],
    editForm: "Edit form",
    share: "Share link",
  },
  "zh-CN": {
    guide: "user-guide.zh-CN.md",
    words: "白色背景上，红色圆形在蓝色方块上方",
    other: ["红色", "绿色"],
    run: "运行",
    cached: "已缓存",
    newSeed: "新种子",
    templates: "模板",
    repaint: "局部重绘",
    vary: ["更多运行方式", "批次运行…"],
    first: "采样器 › 引导系数",
    list: "列表",
    second: "再变化一个控件",
    seed: "采样器 › 种子",
    queue: "排队 6 个",
    batches: "批次",
    grid: "查看对比图",
    size: "尺寸",
    sampler: "采样器",
    decode: "解码",
    made: "子图",
    faces: "接口与控件",
    publish: "发布到库…",
    download: ["下载", "包含工作流"],
    menu: "菜单",
    files: ["下载为 JSON", "下载为 ComfyUI 画布格式 0.4", "下载为 ComfyUI 画布格式 1.0", "下载为 ComfyUI API 格式"],
    editForm: "编辑表单",
    share: "分享链接",
  },
};

/** What the guide shows by a sign, or says in other words. */
const UNNAMED = new Set(["made", "vary", "download", "files"]);

const gone = { state: "detached" };
const button = (page, name) => page.getByRole("button", { name, exact: true });
const titled = (page, title) => page.locator("article[data-node]", { has: page.getByRole("heading", { name: title }) });
const rest = (page) => page.locator(".react-flow__pane").click({ position: { x: 4, y: 4 } });

async function paintTwice(page, said) {
  // The prompt is selected when the page opens, so one types at once.
  await page.waitForFunction(() => document.activeElement?.matches('[data-node="prompt"] textarea'));
  await page.keyboard.type(said.words);
  assert.equal(await prompt(page).inputValue(), said.words);
  const steps = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await steps.fill("3");
  await steps.press("Enter");
  await button(page, said.run).click();
  await page.locator('[data-result="picture"]').waitFor();
  await waitForRun(page, ["succeeded"], 120_000);
  await prompt(page).fill(said.words.replace(...said.other));
  await button(page, said.run).click();
  await page.locator('[data-node="loader"]').getByText(said.cached).waitFor();
  await waitForRun(page, ["succeeded"], 120_000);
  const before = await page.locator('[data-node="sampler"] [data-widget="seed"]').inputValue();
  await titled(page, said.sampler).getByRole("button", { name: said.newSeed }).click();
  assert.notEqual(await page.locator('[data-node="sampler"] [data-widget="seed"]').inputValue(), before);
}

/** A picture of the strip onto the image node, and of the gallery, which leaves the node in sight; a mask on it. */
async function maskPicture(page, said) {
  await rest(page);
  await page.keyboard.press("w");
  await button(page, said.templates).click();
  await page.locator('[data-panel="workflows"]').getByText(said.repaint, { exact: true }).click();
  const node = page.locator('[data-node="image"]');
  await node.waitFor();
  // The whole graph is in the window, so the node may be too far away to show its picture.
  const dropped = page.locator("footer li button").first();
  const name = await dropped.getAttribute("title");
  await dropped.dragTo(node);
  await node.getByText(name).waitFor();
  await page.locator('[data-rail="panel.gallery"]').click();
  const panel = page.locator('[data-panel="gallery"]');
  const { x: left, width: wide } = await panel.boundingBox();
  assert.ok((await node.boundingBox()).x >= left + wide, "the gallery does not lie over the image node");
  await panel.locator("[data-picture]").nth(1).dragTo(node);
  await node.getByText(name).waitFor(gone);
  await page.keyboard.press("Escape");
  await node.locator("h3").click();
  await page.keyboard.press("Shift+m");
  const sheet = page.locator("[data-view=mask] canvas");
  await sheet.waitFor();
  const { x, y, width, height } = await sheet.boundingBox();
  await drag(page, { x: x + width / 2 - 40, y: y + height / 2 }, { x: x + width / 2 + 40, y: y + height / 2 });
  await page.locator('[data-masked]:not([data-masked="0"])').waitFor();
  await page.keyboard.press("Control+s");
  await page.locator("[data-view=mask]").waitFor(gone);
  await node.locator("h3").click();
  await page.keyboard.press("f");
  await node.locator("[data-mask]").waitFor();
}

async function runBatch(page, said) {
  await page.getByRole("tab").first().click();
  await button(page, said.vary[0]).click();
  await page.getByRole("menuitem", { name: said.vary[1] }).click();
  const dialog = page.getByRole("dialog");
  const axis = async (at, label, values) => {
    const fields = dialog.locator(`[data-axis="${at}"]`);
    await fields.locator("select").selectOption({ label });
    await fields.getByRole("radio", { name: said.list, exact: true }).check();
    await fields.getByRole("textbox").fill(values.join("\n"));
  };
  await axis(0, said.first, [1, 4, 8]);
  await button(dialog, said.second).click();
  await axis(1, said.seed, [freshSeed(), freshSeed()]);
  await button(dialog, said.queue).click();
  await dialog.waitFor(gone);
  // The queue has opened by itself: Q would close it.
  const panel = page.locator('[data-panel="queue"]');
  await panel.getByRole("tab", { name: said.batches }).click();
  await panel.locator('[data-batch] [aria-valuenow="6"]').first().waitFor({ timeout: 120_000 });
  await panel.getByRole("button", { name: said.grid }).first().click();
  await page.waitForFunction(() => document.querySelectorAll("dialog td img, [role=dialog] td img").length === 6);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor(gone);
  await panel.press("Escape");
  await panel.waitFor(gone);
}

async function makeSubgraph(page, said) {
  await titled(page, said.size).locator("h3").click();
  await titled(page, said.sampler)
    .locator("h3")
    .click({ modifiers: ["Shift"] });
  await titled(page, said.decode)
    .locator("h3")
    .click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+Shift+e");
  const made = titled(page, said.made);
  await made.waitFor();
  const { x, y, width, height } = await made.boundingBox();
  await page.mouse.dblclick(x + width / 2, y + height - 6);
  await titled(page, said.sampler).waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await made.waitFor();
  for (const name of [said.faces, said.publish]) {
    await made.locator("h3").click({ button: "right" });
    await page.getByRole("menuitem", { name, exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor(gone);
  }
  await page.keyboard.press("Control+z");
  await titled(page, said.sampler).waitFor();
}

const fileOf = async (page, act) => {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return readFile(await download.path());
};

async function share(page, context, said) {
  const name = `tests/guide ${freshSeed()}`;
  await page.keyboard.press("Control+s");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.locator('[data-active="true"] [data-unsaved="false"]').waitFor({ state: "attached" });

  await page.locator("footer li button").first().click();
  const viewer = page.locator("dialog[open]");
  const picture = await fileOf(page, async () => {
    await viewer.getByRole("button", { name: said.download[0] }).click();
    await page.getByRole("menuitem", { name: said.download[1] }).click();
  });
  await page.keyboard.press("Escape");
  await viewer.waitFor(gone);
  await opensAgain(page, picture, "picture.png", "image/png");
  for (const file of said.files) {
    const bytes = await fileOf(page, async () => {
      await button(page, said.menu).click();
      await page.getByRole("menuitem", { name: file, exact: true }).click();
    });
    await opensAgain(page, bytes, "workflow.json", "application/json");
  }

  await page.getByRole("tab").first().click();
  await rest(page);
  await page.keyboard.press("Control+Shift+f");
  const form = page.locator("[data-view=form]");
  await button(form, said.editForm).click();
  await form.locator("[data-choose]").first().waitFor();
  await button(form, said.editForm).or(form.locator('[aria-pressed="true"]')).first().click();
  // Every page of a browser has the same clipboard.
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await button(form, said.share).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await until(async () => (await copied()).includes("#/form/"));
  const link = await copied();
  assert.equal(new URL(link).origin, new URL(URL_).origin);
  const phone = await context.newPage();
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(link);
  const field = phone.locator('[data-view=form] [data-form-node="prompt"] textarea');
  await field.waitFor();
  assert.equal(await field.inputValue(), said.words.replace(...said.other));
  assert.equal(await phone.getByRole("tab").count(), 0, "the form alone");
  await phone.close();
}

/** Dropped on the page, it opens in a tab of its own. */
async function opensAgain(page, bytes, name, type) {
  const before = await page.getByRole("tab").count();
  await dropFile(page, bytes, name, type);
  await page.getByRole("tab").nth(before).waitFor();
  await page.waitForFunction((least) => document.querySelectorAll("article[data-node]").length >= least, 7);
  assert.ok((await nodes(page)) >= 7);
}

for (const [locale, said] of Object.entries(NAMES)) {
  test(`the guide can be walked by its names (${locale})`, async (walk) => {
    const text = await (await fetch(`${URL_}/api/v1/guide/${said.guide}`)).text();
    for (const [key, names] of Object.entries(said)) {
      if (key === "guide" || UNNAMED.has(key)) continue;
      for (const name of [names].flat())
        assert.ok(text.replaceAll("\n", " ").includes(name), `${said.guide} says ${name}`);
    }
    const { page, context, troubles } = await openPage({ locale });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await walk.test("1. a picture", () => paintTwice(page, said));
    await walk.test("2. repaint a part", () => maskPicture(page, said));
    await walk.test("3. many at once", () => runBatch(page, said));
    await walk.test("4. one node for many", () => makeSubgraph(page, said));
    await walk.test("5. keep it, share it", () => share(page, context, said));
    assert.deepEqual(troubles, []);
    await context.close();
  });
}
