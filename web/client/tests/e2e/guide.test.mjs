import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

for (const [locale, menu, item, heading] of [
  ["en-US", "Menu", "User guide", "From the first picture to a shared workflow"],
  ["zh-CN", "菜单", "用户指南", "从第一张图像到分享工作流"],
]) {
  test(`the guide opens from the menu with its pictures, and its links stay on the page (${locale})`, async () => {
    const { page, troubles } = await openPage({ locale });
    await page.getByRole("button", { name: menu, exact: true }).click();
    await page.getByRole("menuitem", { name: item }).click();
    const guide = page.locator("[data-view=guide]");
    await guide.getByRole("heading", { name: heading }).waitFor();
    const picture = guide.locator('img[src$="batch-grid.webp"]');
    await picture.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector('img[src$="batch-grid.webp"]')?.naturalWidth > 0);
    await guide.locator('a[href*="running.md"]').click();
    await page.waitForFunction(() => location.hash.includes("running.md"));
    await guide.locator("article h1").waitFor();
    await page.keyboard.press("Escape");
    await guide.waitFor({ state: "detached" });
    assert.deepEqual(troubles, []);
  });
}
