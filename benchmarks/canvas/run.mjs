/**
 * The canvas under load, beside ComfyUI's published front ends: on one machine, in one run, turn by turn.
 *
 *     node benchmarks/canvas/run.mjs [--peers 1.58.1,1.27.10] [--sizes 100,500,1000,2000] [--rounds 2] [--calm MS]
 *                                    [--slower TIMES] [--pictures FOLDER]
 *
 * Starts our server, which answers both our page and, by its ComfyUI-compatible routes, theirs. The peers are installed
 * from PyPI into a temporary folder and run as their users run them. `--peers ""` measures our page alone. Before and
 * after a session a fixed loop is timed; with `--calm MS` a session waits until it takes no longer than that, and is
 * done anew, twice at most, where it does afterwards: whatever was measured, and whichever page. With `--slower TIMES`
 * Chromium lets every page's main thread work at that fraction of its speed, as on an older computer. Prints one JSON line
 * a session, then the tables of docs/measurements.md. Needs Linux, `npm ci` and `npm run build` before.
 */

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installPeer, serve, startServer } from "./backends.mjs";
import { calm, loopTime } from "./calm.mjs";
import { comfy, ours } from "./pages.mjs";
import { session } from "./session.mjs";
import { summary, tables } from "./tables.mjs";

const { values: options } = parseArgs({
  options: {
    peers: { type: "string", default: "1.58.1,1.27.10" },
    sizes: { type: "string", default: "100,500,1000,2000" },
    rounds: { type: "string", default: "2" },
    calm: { type: "string", default: "Infinity" },
    slower: { type: "string", default: "1" },
    pictures: { type: "string" },
  },
});
const list = (text) => text.split(",").filter((part) => part !== "");

/** What `measure` answers when the machine was calm before and after, or at the third try; with the loop's longer time. */
async function inCalm(measure) {
  const limit = Number(options.calm);
  for (let tries = 1; ; tries += 1) {
    const before = await calm(limit);
    const result = await measure();
    const loop = Math.max(before, await loopTime());
    if (loop <= limit || tries === 3) return { ...result, loop };
  }
}

const temporary = mkdtempSync(join(tmpdir(), "canvas-"));
const peers = list(options.peers).map((version) =>
  comfy(version, installPeer(version, join(tmpdir(), "canvas-peers"))),
);
const server = await startServer(join(temporary, "data"));
const fronts = [];
try {
  for (const subject of [ours, ...peers]) {
    const front = await serve(subject.folder(), server.port);
    await subject.prepare(front.url);
    fronts.push({ subject, front });
  }
  const results = [];
  for (let round = 1; round <= Number(options.rounds); round += 1) {
    for (const count of list(options.sizes).map(Number)) {
      for (const { subject, front } of fronts) {
        const picture = options.pictures && join(options.pictures, `${subject.name}-${count}-${round}.png`);
        results.push(await inCalm(() => session(subject, front.url, count, { slower: Number(options.slower), picture })));
        console.log(JSON.stringify(summary(results.at(-1))));
      }
    }
  }
  console.log(tables(results));
} finally {
  for (const { front } of fronts) front.stop();
  await server.stop();
  await rm(temporary, { recursive: true, force: true });
}
