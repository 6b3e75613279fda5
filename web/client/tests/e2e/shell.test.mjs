import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, freshSeed, openPage, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

const panel = (page) => page.locator('[data-panel="queue"]');
const region = (page) => page.evaluate(() => document.activeElement?.closest("[data-region]")?.dataset.region ?? null);
const gone = { state: "detached" };

test("the rail opens a panel over the canvas; pinned it stands beside it, nothing jumps, and it is remembered", async () => {
  const { page, troubles } = await openPage();
  const node = page.locator('[data-node="size"]');
  const before = await node.boundingBox();
  await page.locator('[data-rail="panel.queue"]').click();
  await panel(page).waitFor();
  assert.equal(await panel(page).getAttribute("data-docked"), "false");
  await panel(page).getByRole("button", { name: "Pin beside the canvas" }).click();
  await page.locator('[data-panel="queue"][data-docked="true"]').waitFor();
  const docked = await node.boundingBox();
  assert.ok(Math.abs(docked.x - before.x) < 1, `the canvas jumped by ${docked.x - before.x}`);

  const edge = panel(page).getByRole("separator");
  const width = (await panel(page).boundingBox()).width;
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((was) => document.querySelector("[data-panel]").offsetWidth === was + 16, width);

  await page.reload();
  await page.locator('[data-panel="queue"][data-docked="true"]').waitFor();
  await page.locator("[data-node]").first().waitFor();
  await page.keyboard.press("Control+\\");
  await panel(page).waitFor(gone);
  await page.keyboard.press("Control+\\");
  await panel(page).waitFor();
  assert.deepEqual(troubles, []);
});

test("F6 goes through the regions and the skip link goes to the canvas; the address stays", async () => {
  const { page } = await openPage();
  await page.getByRole("button", { name: "Menu", exact: true }).focus();
  await page.keyboard.press("Shift+Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to the canvas/);
  await page.keyboard.press("Enter");
  assert.equal(await region(page), "canvas");
  assert.equal(new URL(page.url()).hash, "");
  const seen = [];
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press("F6");
    seen.push(await region(page));
  }
  assert.deepEqual(seen, ["strip", "bar", "rail", "canvas"]);
  await page.keyboard.press("Shift+F6");
  assert.equal(await region(page), "rail");
});

test("the command palette finds by words of both languages, shows keys and runs; the sheet lists what is bound", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "What do you want to do?" });
  await search.fill("queue");
  const found = page.getByRole("dialog", { name: "Commands" }).getByRole("option");
  assert.match(await found.first().innerText(), /Queue[\s\S]*Q$/);
  await page.keyboard.press("Enter");
  await panel(page).waitFor();
  await page.keyboard.press("Escape");
  await panel(page).waitFor(gone);

  await page.keyboard.press("Control+k");
  await search.fill("设置");
  await found.filter({ hasText: "Settings" }).first().waitFor();
  await search.fill("zzzz");
  await page.getByText("No command called “zzzz”.").waitFor();
  await page.keyboard.press("Escape");
  await search.waitFor(gone);

  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.getByText("Ctrl+Shift+Enter").waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor(gone);
  assert.deepEqual(troubles, []);
});

/**
 * What has the focus, and whether a ring of two pixels is seen: its own, its glyph's, its node's, or that of the field
 * around it. The edge of a panel has a line along it instead.
 */
function focused() {
  const element = document.activeElement;
  const places = [[element], [element, "::before"], [element.parentElement], [element.firstElementChild]];
  const rings = places.map(([one, part]) => {
    const { outlineStyle, outlineWidth, outlineColor } = one === null ? {} : getComputedStyle(one, part);
    return outlineStyle === "solid" && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== "rgba(0, 0, 0, 0)";
  });
  if (element.role === "separator") rings.push(getComputedStyle(element, "::after").width === "2px");
  return {
    name: `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent.slice(0, 40)}`,
    region: element.closest("[data-region]")?.dataset.region ?? null,
    ring: rings.includes(true),
  };
}

test("wherever Tab goes, and inside a node, a ring shows where the keyboard is", async () => {
  const { page } = await openPage();
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("q");
  await panel(page).waitFor();
  await page.locator("body").evaluate(() => document.activeElement?.blur());
  const stops = [];
  for (let step = 0; step < 90; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(focused);
    if (!stop.name.startsWith("BODY")) stops.push(stop);
  }
  await page.locator('[data-id="sampler"].react-flow__node').focus();
  await page.keyboard.press("Enter");
  for (let step = 0; step < 20; step += 1) {
    stops.push(await page.evaluate(focused));
    await page.keyboard.press("ArrowDown");
  }
  const regions = new Set(stops.map((stop) => stop.region));
  for (const wanted of ["bar", "rail", "panel", "canvas", "strip"])
    assert.ok(regions.has(wanted), `no stop in ${wanted}`);
  assert.ok(new Set(stops.map((stop) => stop.name)).size > 40, "Tab went to few places");
  assert.deepEqual([...new Set(stops.filter((stop) => !stop.ring).map((stop) => stop.name))], []);
});

/** In the page: note at every frame what moves by itself, and where the view is. */
function watchMotion() {
  window.moving = [];
  window.places = [];
  const look = () => {
    for (const animation of document.getAnimations()) {
      const on = animation.effect?.target;
      const named = animation.animationName ?? animation.transitionProperty;
      if (animation.playState === "running") window.moving.push(`${named} on ${on?.outerHTML.slice(0, 80)}`);
    }
    const place = document.querySelector(".react-flow__viewport")?.style.transform;
    if (window.places.at(-1) !== place) window.places.push(place);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** In the page: wait until the view has moved and then stood for some frames. */
async function settled() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const end = performance.now() + 5_000;
  while (window.places.length < 2 && performance.now() < end) await frame();
  let since = performance.now();
  let count = window.places.length;
  while (performance.now() - since < 150) {
    await frame();
    if (window.places.length !== count) [since, count] = [performance.now(), window.places.length];
  }
}

/** Two jumps of the view; how many places it was seen at after the one where it began. */
async function jumps(page) {
  await page.evaluate(watchMotion);
  await page.locator('[data-node="sampler"] h3').click();
  for (const key of ["f", "Shift+1"]) {
    await page.keyboard.press(key);
    await page.evaluate(settled);
  }
  return page.evaluate(() => window.places.length - 1);
}

test("where less motion is wanted nothing moves by itself, and the view jumps at once", async () => {
  const lively = await openPage();
  assert.ok((await jumps(lively.page)) > 4, "elsewhere the view glides");
  await lively.context.close();

  const { page, troubles } = await openPage({ reducedMotion: "reduce" });
  assert.equal(await jumps(page), 2);
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await setSeed(page, freshSeed());
  await page.locator("[data-queue-button]").click();
  await panel(page).waitFor();
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+,");
  await page.getByRole("dialog", { name: "Settings" }).waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual([...new Set(await page.evaluate(() => window.moving))], []);
  assert.deepEqual(troubles, []);
});
