/**
 * Pictures of the page for the documentation, taken on a running server with the starter models. Its pictures go into the
 * trash and its cache is emptied, so it should have a data folder of its own:
 *
 *     NOISELOOM_URL=http://127.0.0.1:8188 node scripts/screenshots.mjs ../../docs/images [NAME…]
 */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closeBrowser, openPage } from "../tests/e2e/studio.mjs";
import { clearStudio, paintGallery } from "./gallery.mjs";
import {
  breakWire,
  openForm,
  openGallery,
  openGrid,
  openMask,
  openPalette,
  openQueue,
  openSubgraph,
  openVersions,
  paint,
} from "./scenes.mjs";

const folder = resolve(process.argv[2] ?? "../../docs/images");
const wanted = process.argv.slice(3);
await mkdir(folder, { recursive: true });

const forming = (page) => paint(page, { forming: true });
const light = { colorScheme: "light" };
/** A newcomer's first minutes: nothing was painted before. */
const FIRST = [
  ["running-dark", {}, forming],
  ["done-dark", {}, paint, "zh-CN"],
  ["error-light", light, breakWire],
];
/** With pictures in the gallery. */
const LATER = [
  ["palette-dark", {}, openPalette],
  ["gallery-dark", {}, openGallery],
  ["form-light", light, openForm],
  ["mask-dark", {}, openMask],
  ["batch-grid", {}, openGrid],
  ["sub-graph", {}, openSubgraph],
  ["queue-dark", {}, openQueue],
  ["versions-light", light, openVersions],
];

/** Shots of one list in one language that are wanted: name, window and what to do there. */
function chosen(shots, language) {
  const suffix = language === "en" ? "" : "-zh";
  return shots
    .filter(([, , , only]) => only === undefined || only === language)
    .map(([name, options, act]) => [`${name}${suffix}`, { ...options, locale: language }, act])
    .filter(([name]) => wanted.length === 0 || wanted.includes(name));
}

async function shoot([name, options, act]) {
  const { page, context } = await openPage(options);
  const tidy = await act(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await tidy?.();
  await context.close();
  console.log(name);
}

for (const language of ["en", "zh-CN"]) {
  for (const shot of chosen(FIRST, language)) {
    await clearStudio();
    await shoot(shot);
  }
  const later = chosen(LATER, language);
  if (later.length === 0) continue;
  await clearStudio();
  await paintGallery(language);
  for (const shot of later) await shoot(shot);
}
await closeBrowser();
