import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

for (const [locale, menu, item, heading, grid] of [
  ["en-US", "Menu", "User guide", "From the first picture to a shared workflow", "batch-grid.png"],
  ["zh-CN", "菜单", "用户指南", "从第一张图像到分享工作流", "batch-grid-zh.png"],
]) {
  test(`the guide opens from the menu with its pictures, and its links stay on the page (${locale})`, async () => {
    const { page, troubles } = await openPage({ locale });
    await page.getByRole("button", { name: menu, exact: true }).click();
    await page.getByRole("menuitem", { name: item }).click();
    const guide = page.locator("[data-view=guide]");
    await guide.getByRole("heading", { name: heading }).waitFor();
    await guide.locator(`img[src$="${grid}"]`).scrollIntoViewIfNeeded();
    await page.waitForFunction((name) => document.querySelector(`img[src$="${name}"]`)?.naturalWidth > 0, grid);
    await guide.locator('a[href*="running.md"]').click();
    await page.waitForFunction(() => location.hash.includes("running.md"));
    await guide.locator("article h1").waitFor();
    await page.keyboard.press("Escape");
    await guide.waitFor({ state: "detached" });
    assert.deepEqual(troubles, []);
  });
}

for (const [locale, papers] of [
  ["en-US", "Papers"],
  ["zh-CN", "论文"],
]) {
  test(`F1 on a node leads to the papers behind it (${locale})`, async () => {
    const { page, troubles } = await openPage({ locale });
    await page.locator('[data-node="sampler"] header').click({ position: { x: 100, y: 24 } });
    await page.keyboard.press("F1");
    const help = page.locator('[data-panel="inspector"]');
    await help.getByRole("heading", { name: papers, exact: true }).waitFor();
    const links = await help.getByRole("listitem").getByRole("link").all();
    const seen = await Promise.all(
      links.map(async (link) => [
        await link.innerText(),
        await link.getAttribute("href"),
        await link.getAttribute("target"),
        await link.getAttribute("rel"),
      ]),
    );
    assert.deepEqual(seen, [
      ["Classifier-Free Diffusion Guidance", "https://arxiv.org/abs/2207.12598", "_blank", "noreferrer"],
      [
        "Elucidating the Design Space of Diffusion-Based Generative Models",
        "https://arxiv.org/abs/2206.00364",
        "_blank",
        "noreferrer",
      ],
    ]);
    if (locale === "zh-CN") await help.getByText("作者说明（英文）").click();
    const cited = help.getByRole("link", { name: "Ho & Salimans 2022", exact: true });
    await cited.waitFor();
    assert.equal(await cited.getAttribute("href"), "https://arxiv.org/abs/2207.12598");
    assert.equal(await cited.isVisible(), true);
    assert.deepEqual(troubles, []);
  });
}
