/**
 * The canvas under load, beside ComfyUI's published front ends: on one machine, in one run, turn by turn.
 *
 *     node benchmarks/canvas/run.mjs [--peers 1.58.1,1.27.10] [--sizes 100,500,1000,2000] [--rounds 2] [--pictures FOLDER]
 *
 * Starts our server, which answers both our page and, by its ComfyUI-compatible routes, theirs. The peers are installed
 * from PyPI into a temporary folder and run as their users run them. `--peers ""` measures our page alone. Prints one
 * JSON line a session, then the tables of docs/measurements.md. Needs Linux, `npm ci` and `npm run build` before.
 */

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installPeer, serve, startServer } from "./backends.mjs";
import { comfy, ours } from "./pages.mjs";
import { session } from "./session.mjs";
import { summary, tables } from "./tables.mjs";

const { values: options } = parseArgs({
  options: {
    peers: { type: "string", default: "1.58.1,1.27.10" },
    sizes: { type: "string", default: "100,500,1000,2000" },
    rounds: { type: "string", default: "2" },
    pictures: { type: "string" },
  },
});
const list = (text) => text.split(",").filter((part) => part !== "");

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
        const result = await session(subject, front.url, count, picture);
        results.push(result);
        console.log(JSON.stringify(summary(result)));
      }
    }
  }
  console.log(tables(results));
} finally {
  for (const { front } of fronts) front.stop();
  await server.stop();
  await rm(temporary, { recursive: true, force: true });
}
