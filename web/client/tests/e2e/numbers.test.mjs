/** Numbers and seeds in their fields, by hand and by keys: what the field shows, and what the document keeps. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { back, keeps, nodeOf } from "./edited.mjs";
import { closeBrowser, drag, openPage, prompt } from "./studio.mjs";

after(closeBrowser);

const field = (page, node, name) => page.locator(`[data-node="${node}"] [data-widget="${name}"]`);
const undo = (page) => page.keyboard.press("Control+z");

/** Wait until a field shows this. */
async function shows(page, node, name, wanted) {
  await page.waitForFunction(
    ([selector, value]) => document.querySelector(selector)?.value === value,
    [`[data-node="${node}"] [data-widget="${name}"]`, wanted],
  );
}

async function middle(page, node, name) {
  const box = await field(page, node, name).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Press on a field and go sideways, with keys held; `end` says what happens before the hand lets go. */
async function scrub(page, from, dx, { keys = [], end = async () => {} } = {}) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const key of keys) await page.keyboard.down(key);
  await page.mouse.move(from.x + dx, from.y, { steps: 8 });
  await end();
  for (const key of keys) await page.keyboard.up(key);
  await page.mouse.up();
}

test("a drag over a number changes it: finely with Shift, from ten to ten with Ctrl; Escape brings it back", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const steps = await middle(page, "sampler", "steps");
  await scrub(page, steps, 26);
  await shows(page, "sampler", "steps", "23");
  const before = await keeps(page, (now) => nodeOf(now, "sampler").widgets.steps === 23, "23 steps");
  // 26 pixels are three steps; a tenth of three is less than one, and a whole number moves by one at least.
  await scrub(page, steps, 26, { keys: ["Shift"] });
  await shows(page, "sampler", "steps", "24");
  await undo(page);
  await shows(page, "sampler", "steps", "23");
  await scrub(page, steps, 9, { keys: ["Control"] });
  await shows(page, "sampler", "steps", "30");
  await scrub(page, steps, 17, { keys: ["Control"] });
  await shows(page, "sampler", "steps", "50");
  await undo(page);
  await undo(page);
  await shows(page, "sampler", "steps", "23");
  await scrub(page, steps, 80, {
    end: async () => {
      await shows(page, "sampler", "steps", "33");
      await page.keyboard.press("Escape");
    },
  });
  await shows(page, "sampler", "steps", "23");
  await back(page, before);
  // The drag that was given up is no step of its own: the next undo takes the first drag back.
  await undo(page);
  await shows(page, "sampler", "steps", "20");
  // A real number in its own steps.
  await scrub(page, await middle(page, "sampler", "cfg"), 42);
  await keeps(page, (now) => nodeOf(now, "sampler").widgets.cfg === 4.5, "a scale of 4.5");
  assert.deepEqual(troubles, []);
});

test("a sum is worked out, arrows step, Escape and undo bring back what was there, the wheel changes nothing", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const width = field(page, "size", "width");
  await width.click();
  await page.keyboard.type("512*1.5");
  await page.keyboard.press("Enter");
  await shows(page, "size", "width", "768");
  await keeps(page, (now) => nodeOf(now, "size").widgets.width === 768, "a width of 768");
  await page.keyboard.press("ArrowUp");
  await shows(page, "size", "width", "776");
  await page.keyboard.press("Shift+ArrowDown");
  await shows(page, "size", "width", "696");
  // What is typed is not taken before Enter: Escape forgets it, and so does undo.
  await width.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("64");
  await page.keyboard.press("Escape");
  await shows(page, "size", "width", "696");
  await width.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("64");
  await undo(page);
  await shows(page, "size", "width", "696");
  // Letter after letter is one step.
  const height = field(page, "size", "height");
  await height.click();
  await page.keyboard.type("1024");
  await page.keyboard.press("Tab");
  await shows(page, "size", "height", "1024");
  await undo(page);
  await shows(page, "size", "height", "128");
  await width.click();
  const view = () => page.locator(".react-flow__viewport").getAttribute("style");
  const still = await view();
  for (const turn of [-240, 240, -120]) await page.mouse.wheel(0, turn);
  await page.waitForFunction(
    (old) => document.querySelector(".react-flow__viewport").getAttribute("style") !== old,
    still,
  );
  assert.equal(await width.inputValue(), "696");
});

test("a prompt typed letter after letter is undone in one step", async () => {
  const { page } = await openPage();
  const before = await prompt(page).inputValue();
  await prompt(page).click();
  await page.keyboard.press("End");
  await page.keyboard.type(", at night");
  assert.equal(await prompt(page).inputValue(), `${before}, at night`);
  await undo(page);
  assert.equal(await prompt(page).inputValue(), before);
});

test("a drag down over fields gathers them: they are dragged or typed together, in one step", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const from = await middle(page, "size", "width");
  const to = await middle(page, "size", "height");
  const sizes = (now) => ["width", "height", "batch_size"].map((name) => nodeOf(now, "size").widgets[name]);
  const both = (a, b) => (now) => JSON.stringify(sizes(now)) === JSON.stringify([a, b, 1]);
  await field(page, "size", "height").fill("256");
  await page.keyboard.press("Enter");
  const before = await keeps(page, both(128, 256), "other sizes");
  await page.locator("h3").first().click();
  // Down and then sideways, without letting go.
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.waitForFunction(() => document.querySelectorAll("[data-gathered]").length === 2);
  await page.mouse.move(to.x + 16, to.y, { steps: 2 });
  await page.mouse.move(to.x + 33, to.y, { steps: 4 });
  await page.mouse.up();
  await keeps(page, both(144, 272), "both dragged by two steps");
  await undo(page);
  await back(page, before);
  // Down, let go, and type.
  await drag(page, from, to);
  await page.waitForFunction(() => document.querySelectorAll("[data-gathered]").length === 2);
  await page.keyboard.type("64*3");
  await page.keyboard.press("Enter");
  await keeps(page, both(192, 192), "both typed");
  await page.keyboard.press("ArrowUp");
  await keeps(page, both(200, 200), "both stepped");
  await undo(page);
  await undo(page);
  await back(page, before);
  await page.locator("h3").first().click();
  assert.equal(await page.locator("[data-gathered]").count(), 0);
});

test("a seed counts, is drawn, and the one that was used is taken again", async () => {
  const { page } = await openPage({ width: 1600, height: 900 });
  const seed = field(page, "sampler", "seed");
  const node = page.locator('[data-node="sampler"]');
  const mode = node.locator("[data-seed-mode]");
  // 64 bits, digit by digit.
  await seed.click();
  await page.keyboard.type("18446744073709551614");
  await page.keyboard.press("Escape");
  await shows(page, "sampler", "seed", "7");
  await seed.click();
  await page.keyboard.type("18446744073709551614");
  await page.keyboard.press("Enter");
  await keeps(page, (now) => nodeOf(now, "sampler").widgets.seed === "18446744073709551614", "64 bits");
  await mode.click();
  await shows(page, "sampler", "seed", "Random");
  await field(page, "sampler", "steps").fill("1");
  await page.keyboard.press("Enter");
  const posted = page.waitForRequest((request) => request.method() === "POST" && /\/jobs$/.test(request.url()));
  await page.keyboard.press("Control+Enter");
  const sent = nodeOf(JSON.parse((await posted).postData()).workflow, "sampler").widgets.seed;
  assert.match(sent, /^\d+$/);
  const reuse = node.getByRole("button", { name: /^Reuse \d/ });
  await reuse.waitFor();
  assert.equal(await reuse.getAttribute("title"), `Reuse ${sent}`);
  await shows(page, "sampler", "seed", "Random");
  await reuse.click();
  await shows(page, "sampler", "seed", sent);
  assert.equal(await mode.getAttribute("data-seed-mode"), "fixed");
  await undo(page);
  await shows(page, "sampler", "seed", "Random");
  // After a run there is still a new one to be had.
  await node.getByRole("button", { name: "New seed" }).click();
  await keeps(page, (now) => ![sent, "7"].includes(nodeOf(now, "sampler").widgets.seed), "a new seed");
  assert.equal(await mode.getAttribute("data-seed-mode"), "fixed");
});
