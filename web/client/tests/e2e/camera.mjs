/**
 * Pictures of the page that may be compared on another machine. The font is one that comes with the page's development
 * tools, not the system's; nothing moves, blinks or tells the time; and what is compared is the mean of each 4 by 4
 * pixels, in which another edge of the same letter does not show and a moved panel, a lost icon or another colour does.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

const FOLDER = fileURLToPath(new URL("../visual/", import.meta.url));
/** Where a picture that differs, and its difference, are left. */
const LEFT = process.env.NOISELOOM_PICTURES ?? join(tmpdir(), "noiseloom-visual");
/** `NOISELOOM_VISUAL=write` makes the pictures anew instead of comparing. */
const WRITES = process.env.NOISELOOM_VISUAL === "write";

const BLOCK = 4;
/** How far a block's colour may lie from what it was: 13 of 255 in brightness. */
const THRESHOLD = 0.05;
/** Blocks that may differ in any square of this many blocks, and in the whole picture. */
const WINDOW = 8;
const MOST_IN_WINDOW = 9;
const MOST = 0.002;

const font = (weight) =>
  readFileSync(
    createRequire(import.meta.url).resolve(`@fontsource/noto-sans/files/noto-sans-latin-${weight}-normal.woff2`),
  );
const FONTS = [400, 600].map((weight) => ({ weight, path: `/visual-${weight}.woff2`, bytes: font(weight) }));

const STYLE = `
${FONTS.map(({ weight, path }) => `@font-face{font-family:Pinned;font-weight:${weight};src:url(${path})}`).join("")}
:root{--font-latin:Pinned!important;--font-ui:Pinned!important;--font-mono:Pinned!important}
*,*::before,*::after{font-family:Pinned!important;caret-color:transparent!important;
animation:none!important;transition:none!important}`;

/** What a context needs for such pictures. */
export const STILL = { reducedMotion: "reduce", bypassCSP: true, deviceScaleFactor: 1 };

/** Give a page the pinned font and take its motion. */
export async function still(page) {
  for (const { path, bytes } of FONTS) {
    await page.route(`**${path}`, (route) => route.fulfill({ body: bytes, contentType: "font/woff2" }));
  }
  await page.addStyleTag({ content: STYLE });
  await page.evaluate(
    (weights) => Promise.all(weights.map((weight) => document.fonts.load(`${weight} 13px Pinned`))),
    FONTS.map(({ weight }) => weight),
  );
}

/**
 * Compare what is seen with the picture of this name. `blank`: selectors of what differs from machine to machine; it is
 * painted over. Signs that the pinned font lacks are left out, at their width.
 */
export async function looksLike(page, name, blank = []) {
  await page.evaluate(settle);
  await page.mouse.move(0, 0);
  const bytes = await page.screenshot({
    animations: "disabled",
    mask: blank.map((selector) => page.locator(selector)),
  });
  const seen = reduced(PNG.sync.read(bytes));
  const path = join(FOLDER, `${name}.png`);
  if (WRITES) {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(path, PNG.sync.write(seen));
    return;
  }
  const known = PNG.sync.read(await readFile(path));
  const size = `${seen.width} by ${seen.height}`;
  assert.equal(`${known.width} by ${known.height}`, size, `${name} has another size`);
  const difference = new PNG({ width: seen.width, height: seen.height });
  const options = { threshold: THRESHOLD, includeAA: true, diffMask: true };
  const count = pixelmatch(known.data, seen.data, difference.data, seen.width, seen.height, options);
  const densest = densestWindow(difference);
  if (count <= MOST * seen.width * seen.height && densest <= MOST_IN_WINDOW) return;
  await mkdir(LEFT, { recursive: true });
  const left = (kind) => join(LEFT, `${name}-${kind}.png`);
  await writeFile(left("seen"), bytes);
  await writeFile(left("difference"), PNG.sync.write(shown(known, difference)));
  assert.fail(
    `${name} does not look as it did: ${count} blocks differ, ${densest} of them close together. ` +
      `See ${left("difference")} and ${left("seen")}; if it is meant, run "make visual" and commit tests/visual.`,
  );
}

/** On the page: no selection, no focus ring that depends on how one came here, no signs that the font lacks. */
async function settle() {
  await document.fonts.ready;
  for (const image of document.images) if (!image.complete) await image.decode().catch(() => {});
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lacks = /[\u2190-\u2bff\u3000-\u9fff\uff00-\uffef]/g;
  while (walker.nextNode()) {
    const words = walker.currentNode.data.replace(lacks, "\u2003");
    if (words !== walker.currentNode.data) walker.currentNode.data = words;
  }
  for (const field of document.querySelectorAll("textarea, input")) {
    field.placeholder = field.placeholder.replace(lacks, "\u2003");
    if (field.matches("textarea, [type=text], [type=search]")) field.value = field.value.replace(lacks, "\u2003");
  }
  getSelection()?.removeAllRanges();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

/** The mean colour of each block of a picture. */
function reduced(png) {
  const [width, height] = [Math.floor(png.width / BLOCK), Math.floor(png.height / BLOCK)];
  const small = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 4; channel += 1) {
        let sum = 0;
        for (let dy = 0; dy < BLOCK; dy += 1) {
          for (let dx = 0; dx < BLOCK; dx += 1) {
            sum += png.data[((y * BLOCK + dy) * png.width + x * BLOCK + dx) * 4 + channel];
          }
        }
        small.data[(y * width + x) * 4 + channel] = Math.round(sum / BLOCK ** 2);
      }
    }
  }
  return small;
}

/** The most differing blocks in any window. */
function densestWindow({ width, height, data }) {
  // How many differ above and left of each place.
  const sums = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const differs = data[(y * width + x) * 4 + 3] > 0 ? 1 : 0;
      sums[y + 1][x + 1] = differs + sums[y][x + 1] + sums[y + 1][x] - sums[y][x];
    }
  }
  let most = 0;
  for (let y = WINDOW; y <= height; y += 1) {
    for (let x = WINDOW; x <= width; x += 1) {
      const here = sums[y][x] - sums[y - WINDOW][x] - sums[y][x - WINDOW] + sums[y - WINDOW][x - WINDOW];
      most = Math.max(most, here);
    }
  }
  return most;
}

/** The known picture, dimmed, with what differs in red. */
function shown(known, difference) {
  const picture = new PNG({ width: known.width, height: known.height });
  for (let at = 0; at < known.data.length; at += 4) {
    const differs = difference.data[at + 3] > 0;
    const dim = [0, 1, 2].map((channel) => Math.round(known.data[at + channel] * 0.5 + 64));
    picture.data.set(differs ? [255, 0, 0, 255] : [...dim, 255], at);
  }
  return picture;
}
