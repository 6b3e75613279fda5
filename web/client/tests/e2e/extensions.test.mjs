import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, dropFile, openPage, URL_, waitForRun } from "./studio.mjs";

after(closeBrowser);

const EMPTY = { x: 480, y: 130 };
const dialog = (page) => page.getByRole("dialog").filter({ has: page.getByRole("tablist") });
const row = (page, name) => dialog(page).locator(`[data-extension="${name}"]`);

async function openExtensions(page) {
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Extensions" }).click();
}

test("the example's front end is switched on: its widget, command and panel work, and go when it is off", async () => {
  const { page, troubles } = await openPage();
  await openExtensions(page);
  await row(page, "example").getByRole("switch").check();
  await dialog(page).locator('[data-extension="example"][data-state="loaded"]').waitFor();
  await page.keyboard.press("Escape");

  await page.mouse.dblclick(EMPTY.x, EMPTY.y);
  await page.keyboard.type("ExampleBrightness");
  await page.keyboard.press("Enter");
  const slider = page.locator('[data-node="examplebrightness"] input[type="range"]');
  await slider.waitFor();
  await slider.fill("2");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill("Reset brightness");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('[data-foreign="example"] input').value === "1");

  await page.locator('[data-rail="panel.example.log"]').click();
  await page.locator('[data-panel="example.log"] ul').waitFor({ state: "attached" });
  await openExtensions(page);
  await row(page, "example").getByRole("switch").uncheck();
  await page.keyboard.press("Escape");
  await page.locator('[data-rail="panel.example.log"]').waitFor({ state: "detached" });
  await slider.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("what the example's node says while it runs is a line of the example's panel", async () => {
  const { page, troubles } = await openPage();
  const node = (id, type, widgets, x) => ({ id, type, widgets, position: [x, 0] });
  const wire = (from, to, socket) => ({ from: [from, "IMAGE"], to: [to, socket] });
  const document = {
    noiseloom: 2,
    id: crypto.randomUUID(),
    title: "Grey",
    nodes: [
      // 64 of 255, a different shade each time, so that it is not taken from the cache
      node("grey", "EmptyImage", { width: 64, height: 64 + Math.ceil(Math.random() * 900), color: 0x404040 }, 0),
      node("bright", "ExampleBrightness", { factor: 2 }, 320),
      node("shown", "PreviewImage", {}, 640),
    ],
    wires: [wire("grey", "bright", "image"), wire("bright", "shown", "images")],
    frames: [],
  };
  await openExtensions(page);
  await row(page, "example").getByRole("switch").check();
  await dialog(page).locator('[data-extension="example"][data-state="loaded"]').waitFor();
  await page.keyboard.press("Escape");
  await dropFile(page, Buffer.from(JSON.stringify(document)), "grey.json", "application/json");
  await page.locator('[data-node="bright"]').waitFor();
  await page.locator('[data-rail="panel.example.log"]').click();
  const log = page.locator('[data-panel="example.log"] ul');
  await log.waitFor({ state: "attached" });
  assert.equal(await log.locator("li").count(), 0);
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 60_000);
  await log.getByText("bright: 0.502", { exact: true }).waitFor();
  assert.equal(await log.locator("li").count(), 1);
  assert.deepEqual(troubles, []);
});

test("an extension that throws is named and can be switched off; the page goes on; safe mode loads none", async () => {
  const { page } = await openPage();
  const broken = { name: "broken", title: "Broken pack", api: 1, entry: "/broken.js", enabled: true, problem: "" };
  const newer = { ...broken, name: "newer", title: "Newer pack", api: 99 };
  await page.route("**/api/v1/extensions", (route) => route.fulfill({ json: { api: 1, extensions: [broken, newer] } }));
  await page.route("**/broken.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: `export default (api) => {
        api.panels.register({ id: "p", title: "Faulty", mount() { throw new Error("no paint"); } });
        api.commands.register({ id: "c", title: "Faulty command", run() { throw new Error("no hands"); } });
      };`,
    }),
  );
  await page.reload();
  await page.locator('[data-rail="panel.broken.p"]').click();
  await page.locator('[data-panel="broken.p"]').getByText("no paint").waitFor();
  await page.getByText("Broken pack has failed: no paint").waitFor();
  await page.keyboard.press("Escape");
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Control+d");
  await page.locator('[data-node="size-2"]').waitFor();
  await page.getByRole("button", { name: "Switch it off" }).click();
  await page.locator('[data-rail="panel.broken.p"]').waitFor({ state: "detached" });
  await openExtensions(page);
  assert.equal(await row(page, "newer").getAttribute("data-state"), "too_new");

  await page.evaluate(() => localStorage.removeItem("noiseloom.extensions"));
  await page.goto(`${URL_}/?safe=1`);
  await page.locator('[data-rail="page.settings"]').waitFor();
  await openExtensions(page);
  await dialog(page).getByText("Safe mode").waitFor();
  assert.equal(await page.locator('[data-rail="panel.broken.p"]').count(), 0);
});
