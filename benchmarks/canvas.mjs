/**
 * The canvas under load: 1,000 nodes of five controls and 1,500 wires in the built page, without a server.
 *
 *     node benchmarks/canvas.mjs [nodes] [wires]
 *
 * Measures the load, then the time between animation frames while a node is dragged, the view panned and zoomed, as a
 * hand does it. Prints one JSON line. Run `npm ci` and `npm run build` in web/client before.
 */

import { launch } from "../web/client/tests/e2e/browser.mjs";
import { ADDRESS, serveOffline } from "../web/client/tests/fixtures/offline.mjs";

const [nodeCount = 1_000, wireCount = 1_500] = process.argv.slice(2).map(Number);
const COLUMNS = 40;

/** Samplers in a grid, each fed by its left and its upper neighbour, until there are enough wires. */
function bigDocument() {
  const base = { title: "", size: null, mode: "active", collapsed: false, pinned: false, color: null };
  const nodes = Array.from({ length: nodeCount }, (_, at) => ({
    ...base,
    id: `n${at}`,
    type: "KSampler",
    position: [(at % COLUMNS) * 320, Math.floor(at / COLUMNS) * 560],
    widgets: { seed: String(at), steps: 20 },
  }));
  const wires = [];
  for (let at = 1; wires.length < wireCount && at < nodeCount; at += 1) {
    wires.push({ from: [`n${at - 1}`, "LATENT"], to: [`n${at}`, "latent_image"] });
  }
  for (let at = COLUMNS; wires.length < wireCount && at < nodeCount; at += 1) {
    wires.push({ from: [`n${at - COLUMNS}`, "LATENT"], to: [`n${at}`, "model"] });
  }
  const view = { x: 0, y: 0, zoom: 1 };
  return { noiseloom: 1, id: "big", title: "Big", nodes, wires, frames: [], view, extra: {} };
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await serveOffline(page, { document: bigDocument() });

/** Frame times in milliseconds while `gesture` goes on. */
async function frames(gesture) {
  await page.evaluate(() => {
    const times = [];
    let last = performance.now();
    const tick = (now) => {
      times.push(now - last);
      last = now;
      window.watching = requestAnimationFrame(tick);
    };
    window.frameTimes = times;
    window.watching = requestAnimationFrame(tick);
  });
  await gesture();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(window.watching);
    return window.frameTimes;
  });
  const sorted = times.slice(2).sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 10) / 10;
  return { frames: sorted.length, p50: at(0.5), p95: at(0.95), worst: at(1) };
}

async function moveAlong(from, to, steps) {
  for (let step = 1; step <= steps; step += 1) {
    const share = step / steps;
    await page.mouse.move(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
  }
}

async function hold(from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await moveAlong(from, to, 60);
  await page.mouse.up();
}

async function wheel(amount, times) {
  await page.mouse.move(640, 360);
  for (let turn = 0; turn < times; turn += 1) await page.mouse.wheel(0, amount);
}

/** A point of the canvas that no node covers. */
function emptyPoint() {
  return page.evaluate(() => {
    for (let y = 120; y < 600; y += 6) {
      for (let x = 100; x < 1_200; x += 6) {
        if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
      }
    }
    throw new Error("no empty canvas in view");
  });
}

const began = Date.now();
await page.goto(ADDRESS);
await page.waitForFunction((count) => document.querySelectorAll("article[data-node]").length === count, nodeCount);
await page.waitForFunction((count) => document.querySelectorAll(".react-flow__edge").length === count, wireCount);
await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const result = { nodes: nodeCount, wires: wireCount, load_ms: Date.now() - began };

const pan = async () => {
  const from = await emptyPoint();
  return frames(() => hold(from, { x: from.x - 80, y: from.y + 80 }));
};
const dragNode = async () => {
  const box = await page.locator("article[data-node]:visible header").evaluateAll((heads) => {
    const inside = heads.map((head) => head.getBoundingClientRect());
    const found = inside.find(({ x, y }) => x > 20 && x < 1_000 && y > 50 && y < 640);
    return found && { x: found.x + found.width * 0.4, y: found.y + Math.min(found.height / 2, 12) };
  });
  return frames(() => hold(box, { x: box.x + 120, y: box.y + 60 }));
};

result.far = { pan: await pan(), drag: await dragNode() };
result.zoom_in = await frames(() => wheel(-120, 40));
await page.keyboard.press("Shift+0");
await page.waitForTimeout(600);
result.near = { pan: await pan(), drag: await dragNode() };
result.zoom_out = await frames(() => wheel(120, 40));
result.elements = await page.evaluate(() => document.querySelectorAll("*").length);
console.log(JSON.stringify(result));
await browser.close();
