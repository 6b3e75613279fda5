/**
 * What the first page costs to fetch: every script and style that index.html names, and the words of one language,
 * compressed by `gzip -9`. Fails above the limit. Weighs web/dist, or the folder that is named.
 *
 *     npm run weigh [-- FOLDER]
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 350_000;

const dist = process.argv[2] ?? fileURLToPath(new URL("../../dist/", import.meta.url));
const weight = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const html = readFileSync(join(dist, "index.html"), "utf8");
const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const words = readdirSync(join(dist, "assets")).filter((name) => /^words-(en|zh-CN)-.*\.js$/.test(name));
if (named.length === 0 || words.length !== 2) {
  throw new Error(`${dist} is no build of this page: ${named.length} files in index.html, words ${words.join(", ")}`);
}

const entry = named.reduce((sum, path) => sum + weight(path), 0);
let heaviest = 0;
for (const name of words) {
  const all = entry + weight(join("assets", name));
  heaviest = Math.max(heaviest, all);
  console.log(`first page with ${name}: ${kB(all)} gzip, of which words ${kB(all - entry)}`);
}
if (heaviest > LIMIT) {
  console.error(`The first page is heavier than ${kB(LIMIT)}. Fetch what it does not show with \`onDemand\`.`);
  process.exit(1);
}
