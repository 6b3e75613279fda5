import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

const dialog = (page) => page.getByRole("dialog").filter({ has: page.getByRole("tablist") });
const gone = { state: "detached" };

test("theme, size and language act at once and are kept", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("radio", { name: "High contrast" }).check();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "contrast");
  const bar = page.locator('[data-region="bar"]');
  const height = (await bar.boundingBox()).height;
  await dialog(page).getByRole("radio", { name: "125 %" }).check();
  await page.waitForFunction(
    (was) => document.querySelector('[data-region="bar"]').getBoundingClientRect().height > was * 1.2,
    height,
  );
  await dialog(page).getByRole("radio", { name: "简体中文" }).check();
  await page.getByRole("heading", { name: "设置" }).waitFor();
  await page.reload();
  await page.locator('html[data-theme="contrast"][lang="zh-CN"]').waitFor({ state: "attached" });
  await page.waitForFunction(() => /Noiseloom$/.test(document.title) && !/^Noiseloom/.test(document.title));
  assert.deepEqual(troubles, []);
});

test("a key is changed by pressing another; who has it is named, the browser's are refused, a reset brings it back", async () => {
  const { page } = await openPage();
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Key bindings" }).click();
  const row = (id) => page.locator(`[data-key-row="${id}"]`);
  const search = dialog(page).getByRole("searchbox");
  await search.fill("ctrl+d");
  await row("node.duplicate").waitFor();
  assert.equal(await page.locator("[data-key-row]").count(), 1);
  await search.fill("");

  await row("panel.queue")
    .getByRole("button", { name: /^Add a key/ })
    .click();
  await page.keyboard.press("Control+w");
  await row("panel.queue").getByText("Ctrl+W belongs to the browser").waitFor();
  await page.keyboard.press("Control+d");
  await row("panel.queue").getByText("Ctrl+D is used by Duplicate.").waitFor();
  await row("panel.queue").getByRole("button", { name: "Use it here" }).click();
  await row("panel.queue").locator("kbd", { hasText: "Ctrl+D" }).waitFor();
  assert.equal(await row("node.duplicate").locator("kbd", { hasText: "Ctrl+D" }).count(), 0);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor(gone);
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Control+d");
  await page.locator('[data-panel="queue"]').waitFor();
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Key bindings" }).click();
  await dialog(page).getByRole("button", { name: "Reset all" }).click();
  await row("node.duplicate").locator("kbd", { hasText: "Ctrl+D" }).waitFor();
  await dialog(page).getByRole("radio", { name: "Blender" }).check();
  await row("node.collapse").locator("kbd", { hasText: /^H$/ }).waitFor();
});

test("notifications are asked for only when they are turned on", async () => {
  const { page, context } = await openPage();
  await page.evaluate(() => {
    window.asked = 0;
    Notification.requestPermission = async () => {
      window.asked += 1;
      return window.asked === 1 ? "denied" : "granted";
    };
  });
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Canvas and runs" }).click();
  const told = dialog(page).getByRole("switch", { name: "Tell me when a long job ends" });
  assert.equal(await page.evaluate(() => window.asked), 0);
  await told.click();
  await dialog(page).getByText("The browser does not allow notifications").waitFor();
  assert.equal(await told.isChecked(), false);
  await told.click();
  await dialog(page).getByRole("switch", { name: "Tell me when a long job ends", checked: true }).waitFor();
  await context.close();
});
