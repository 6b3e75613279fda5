import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keeps, nodeOf } from "./edited.mjs";
import { closeBrowser, dropFile, freshSeed, openPage, setSeed, URL_, waitForRun } from "./studio.mjs";

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
  const told = page.locator("[data-kind=warning]", { hasText: "Safe mode" });
  await told.waitFor();
  await told.getByRole("button").click();
  await openExtensions(page);
  await dialog(page).getByText("Safe mode").waitFor();
  assert.equal(await page.locator('[data-rail="panel.broken.p"]').count(), 0);
});

const GOOD = `export default (api) => {
  api.panels.register({ id: "p", title: "Good", mount(element) { element.textContent = "good paint"; } });
};`;

/** A page with a faulty pack of this source and a good one after it. */
function openWith(source) {
  const packs = { faulty: source, good: GOOD };
  const common = { api: 1, enabled: true, problem: "" };
  const extensions = Object.keys(packs).map((name) => ({
    ...common,
    name,
    title: `The ${name} pack`,
    entry: `/${name}.js`,
  }));
  const prepare = async (page) => {
    await page.route("**/api/v1/extensions", (route) => route.fulfill({ json: { api: 1, extensions } }));
    for (const [name, body] of Object.entries(packs))
      await page.route(`**/${name}.js`, (route) => route.fulfill({ contentType: "text/javascript", body }));
  };
  return openPage({ prepare });
}

/** The faulty pack is named once with what it said, the canvas is edited, and the good pack works. */
async function goesOn(page, reason, place) {
  const notice = page.getByText(`The faulty pack has failed: ${reason}`);
  await notice.waitFor();
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Control+d");
  await page.locator('[data-node="size-2"]').waitFor();
  await keeps(page, (now) => nodeOf(now, "size-2") !== undefined, "the second node is not kept");
  await page.locator('[data-rail="panel.good.p"]').click();
  await page.locator('[data-panel="good.p"]').getByText("good paint").waitFor();
  assert.equal(await notice.count(), 1);
  await openExtensions(page);
  await row(page, "faulty").getByText(`${place}: ${reason}`, { exact: true }).waitFor();
  assert.equal(await row(page, "faulty").getAttribute("data-state"), "failed");
  assert.equal(await row(page, "good").getAttribute("data-state"), "loaded");
}

for (const [when, run] of [
  ["at once", 'run() { throw new Error("no hands"); }'],
  ["a moment later", 'async run() { await null; throw new Error("no hands"); }'],
]) {
  test(`a pack whose command throws ${when} is named, and the page goes on`, async () => {
    const { page, troubles } = await openWith(
      `export default (api) => { api.commands.register({ id: "c", title: "Faulty command", ${run} }); };`,
    );
    await page.locator("h3").first().click();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "What do you want to do?" }).fill("Faulty command");
    await page.getByRole("option", { name: "Faulty command" }).waitFor();
    await page.keyboard.press("Enter");
    await goesOn(page, "no hands", "command c");
    assert.deepEqual(troubles, []);
  });
}

test("a pack whose widget throws is named, and the page's own field stands there and is written into", async () => {
  const { page, troubles } = await openWith(`export default (api) => {
    api.widgets.register({ node: "KSampler", input: "steps", mount() { throw new Error("no knob"); } });
  };`);
  const steps = page.locator('[data-node="sampler"] [data-widget="steps"]');
  await page.getByText("no knob").waitFor();
  await steps.fill("7");
  await steps.press("Enter");
  await keeps(page, (now) => nodeOf(now, "sampler").widgets.steps === 7, "the steps are not kept");
  await goesOn(page, "no knob", "widget KSampler.steps");
  assert.deepEqual(troubles, []);
});

test("a pack whose listener throws is named and hears no more, and the run is shown to its end", async () => {
  const { page, troubles } = await openWith(`export default (api) => {
    [window.heard, window.others] = [[], []];
    api.on("*", ({ event }) => { window.heard.push(event.type); throw new Error("no ears"); });
    api.on("*", ({ event }) => { window.others.push(event.type); });
  };`);
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"]);
  await page.locator('[data-node="picture"] [data-result]').waitFor();
  const [heard, others] = await page.evaluate(() => [window.heard, window.others]);
  assert.equal(heard.length, 1);
  assert.ok(others.length > 1, "its other listener heard the run go on");
  await goesOn(page, "no ears", "on *");
  assert.deepEqual(troubles, []);
});

test("a pack that throws at its start is named, and what it had put in the page is taken out", async () => {
  const { page, troubles } = await openWith(`export default (api) => {
    api.panels.register({ id: "p", title: "Half a pack", mount() {} });
    throw new Error("no feet");
  };`);
  await goesOn(page, "no feet", "start");
  assert.equal(await page.locator('[data-rail="panel.faulty.p"]').count(), 0);
  assert.deepEqual(troubles, []);
});

test("a pack whose module throws before it gives its function is named, and the page goes on", async () => {
  const { page, troubles } = await openWith('throw new Error("no head");');
  await goesOn(page, "no head", "start");
  assert.deepEqual(troubles, []);
});
