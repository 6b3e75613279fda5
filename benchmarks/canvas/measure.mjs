/** Times between frames, long tasks, memory: what is measured, the same for every page. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const GESTURE_MS = 1_500;
const MOVE_MS = 8;
/** A page answers its person when no task longer than 50 ms has run for this long. */
const QUIET_MS = 500;

/** Runs in every page before its own scripts. */
export const WATCH = () => {
  const watch = { longEnd: 0, times: [] };
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) watch.longEnd = Math.max(watch.longEnd, task.startTime + task.duration);
  }).observe({ type: "longtask", buffered: true });
  window.benchWatch = watch;
};

/** Wait until the page's long tasks are over: when the last of them ended, or `since` where there were none. */
export function quiet(page, since) {
  return page.evaluate(
    async ([from, still]) => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
      const free = from;
      while (performance.now() - Math.max(free, window.benchWatch.longEnd) < still) {
        await frame();
        await new Promise((done) => setTimeout(done, 50));
      }
      return Math.max(free, window.benchWatch.longEnd);
    },
    [since, QUIET_MS],
  );
}

/** The milliseconds between frames while `gesture` goes on. */
export async function frames(page, gesture) {
  await page.evaluate(() => {
    const { benchWatch: watch } = window;
    watch.times = [];
    let last = performance.now();
    const tick = (now) => {
      watch.times.push(now - last);
      last = now;
      watch.asked = requestAnimationFrame(tick);
    };
    watch.asked = requestAnimationFrame(tick);
  });
  await gesture();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(window.benchWatch.asked);
    return window.benchWatch.times;
  });
  return times.slice(2);
}

/** Call `act(share)` every few milliseconds, `share` going from 0 to 1, as a hand moves: late calls are not made up. */
export async function overTime(act, step = MOVE_MS) {
  const began = performance.now();
  for (let due = began; ; due = Math.max(due + step, performance.now())) {
    const now = performance.now();
    if (due > now) await new Promise((done) => setTimeout(done, due - now));
    const share = Math.min((performance.now() - began) / GESTURE_MS, 1);
    await act(share);
    if (share === 1) return;
  }
}

/** Hold a button at `from`, go to `from + by` and half-way back. */
export async function swing(page, from, by, button = "left") {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down({ button });
  await overTime((share) => {
    const out = share < 0.6 ? share / 0.6 : 1 - (share - 0.6) / 0.8;
    return page.mouse.move(from.x + by.x * out, from.y + by.y * out);
  });
  await page.mouse.up({ button });
}

/** Turn the wheel over `at`, thirty clicks a second. */
export async function turn(page, at, amount) {
  await page.mouse.move(at.x, at.y);
  await overTime(() => page.mouse.wheel(0, amount), 33);
}

/** The page's JavaScript heap after a collection, its DOM's elements, and its process's own share of memory; MB. */
export async function memory(browser, page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  const root = await browser.newBrowserCDPSession();
  const { processInfo } = await root.send("SystemInfo.getProcessInfo");
  await root.detach();
  const pages = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => ownMemory(id));
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  return { heap: usedSize / 1e6, process: Math.max(...pages), elements };
}

/** A process's proportional share of memory in MB (Linux). */
function ownMemory(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(rollup.match(/^Pss:\s+(\d+) kB/m)[1]) / 1e3;
}

/** Sum up, by `gzip -9`, the scripts and styles that a page fetches from now on: a function that answers kB. */
export function weighScripts(page) {
  const fetched = new Map();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (/\.(m?js|css)$/.test(pathname) && response.ok())
      fetched.set(
        pathname,
        response.body().catch(() => ""),
      );
  });
  return async () => {
    const bodies = await Promise.all(fetched.values());
    return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) / 1e3;
  };
}
