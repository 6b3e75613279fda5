/** One page, one workflow, from an empty browser to the last gesture. */

import { launch } from "../../web/client/tests/e2e/browser.mjs";
import { columnsOf, ORIGIN, PITCH } from "./graphs.mjs";
import { frames, memory, quiet, swing, turn, WATCH, weighScripts } from "./measure.mjs";

const WINDOW = { width: 1280, height: 720 };
/** Above the first row, between two columns: nothing is there to be held. */
const EMPTY = [340, -90];
const MIDDLE = { x: 640, y: 400 };

/**
 * Measure `subject` at `url` with a workflow of `count` nodes, on a main thread `slower` times as slow as it could be; with
 * a `picture` of the end where a path is given. Raises when a gesture did not do what it should.
 */
export async function session(subject, url, count, { slower = 1, picture } = {}) {
  const browser = await launch();
  try {
    const context = await browser.newContext({ viewport: WINDOW, locale: "en-US", colorScheme: "dark" });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    // Listened for from the start: a listener added right before the key may come too late.
    page.on("filechooser", () => undefined);
    await page.addInitScript(WATCH);
    if (slower > 1) {
      const devtools = await context.newCDPSession(page);
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
    }
    const scripts = weighScripts(page);
    const result = { page: subject.name, nodes: count };
    result.interactive = await start(page, subject, url);
    result.scripts = await scripts();
    result.open = await openWorkflow(page, subject, count);
    Object.assign(result, await memory(browser, page));
    result.frames = await gestures(page, subject, count);
    return result;
  } finally {
    if (picture !== undefined) await browser.contexts()[0]?.pages()[0]?.screenshot({ path: picture });
    await browser.close();
  }
}

/** Milliseconds from the address to a first workflow on a page that answers. */
async function start(page, subject, url) {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(subject.drawn, null);
  const shown = await page.evaluate(() => performance.now());
  const free = await quiet(page, shown);
  await page.keyboard.press("Escape");
  return free;
}

/** Milliseconds from choosing the file to all of it on a page that answers. */
async function openWorkflow(page, subject, count) {
  const choosing = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  const chooser = await choosing;
  const buffer = Buffer.from(JSON.stringify(subject.workflow(count)));
  const began = await page.evaluate(() => performance.now());
  await chooser.setFiles({ name: "grid.json", mimeType: "application/json", buffer });
  await page.waitForFunction(subject.drawn, count);
  const shown = await page.evaluate(() => performance.now());
  return (await quiet(page, shown)) - began;
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/** About 100 %, the first nodes of the workflow in the upper left. */
async function goNear(page, subject, at) {
  await page.mouse.move(MIDDLE.x, MIDDLE.y);
  await page.keyboard.press(subject.fit);
  await page.waitForTimeout(1_000);
  const first = await at(subject.title);
  // Of a very large workflow the first node is out of the window even at the least zoom.
  await page.mouse.move(clamp(first.x, 80, 1_200), clamp(first.y, 80, 640));
  const zoom = async () => (await page.evaluate(subject.view)).zoom;
  for (let turns = 0; turns < 60 && (await zoom()) < 0.97; turns += 1) {
    await page.mouse.wheel(0, -120);
    await page.waitForTimeout(50);
  }
  for (let pans = 0; pans < 20; pans += 1) {
    const view = await page.evaluate(subject.view);
    const [dx, dy] = [clamp(ORIGIN[0] - view.x, -600, 600), clamp(ORIGIN[1] - view.y, -400, 400)];
    if (Math.hypot(dx, dy) < 2) break;
    // The middle button pans over whatever it is pressed on.
    await page.mouse.move(MIDDLE.x - dx / 2, MIDDLE.y - dy / 2);
    await page.mouse.down({ button: "middle" });
    await page.mouse.move(MIDDLE.x + dx / 2, MIDDLE.y + dy / 2, { steps: 10 });
    await page.mouse.up({ button: "middle" });
  }
  await quiet(page, await page.evaluate(() => performance.now()));
}

/** The times between frames of each gesture. */
async function gestures(page, subject, count) {
  const result = {};
  const at = async ([x, y]) => {
    const view = await page.evaluate(subject.view);
    return { x: view.x + x * view.zoom, y: view.y + y * view.zoom };
  };
  const measured = async (name, watched, gesture) => {
    const before = JSON.stringify(await watched());
    result[name] = await frames(page, gesture);
    await page.waitForTimeout(300);
    if (JSON.stringify(await watched()) === before) throw new Error(`${name} moved nothing`);
  };
  const view = () => page.evaluate(subject.view);
  const pan = (name) => measured(name, view, () => swing(page, MIDDLE, { x: 160, y: 90 }, "middle"));
  const drag = async (name, node) => {
    const columns = columnsOf(count);
    const corner = [(node % columns) * PITCH[0], Math.floor(node / columns) * PITCH[1]];
    const from = await at([subject.title[0] + corner[0], subject.title[1] + corner[1]]);
    const place = () => page.evaluate(subject.place, node);
    await measured(name, place, () => swing(page, from, { x: 90, y: 60 }));
  };
  await goNear(page, subject, at);
  await pan("pan, 100 %");
  await drag("drag a node, 100 %", 0);
  // What is selected would be what the key below fits into the window.
  const empty = await at(EMPTY);
  await page.mouse.click(empty.x, empty.y);
  await measured("zoom out", view, () => turn(page, MIDDLE, 120));
  await measured("zoom in", view, () => turn(page, MIDDLE, -120));
  await page.keyboard.press(subject.fit);
  await page.waitForTimeout(1_000);
  await pan("pan, all in view");
  // Nodes of the middle: of a very large workflow the first are out of the window even at the least zoom.
  const middle = Math.floor(count / columnsOf(count) / 2) * columnsOf(count) + Math.floor(columnsOf(count) / 2);
  await drag("drag a node, all in view", middle);
  await page.keyboard.press("Control+a");
  await page.waitForTimeout(300);
  await drag("drag all nodes", middle + 2);
  return result;
}
