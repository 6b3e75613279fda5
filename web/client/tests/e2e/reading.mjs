/** Scenes of the page, each read by axe-core in three themes and two languages. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { englishLeft } from "./languages.mjs";
import { openPage, URL_ } from "./studio.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Every theme and both languages; colours hang on the theme alone, and words on the language alone. */
const LOOKS = [
  { theme: "dark", language: "en" },
  { theme: "contrast", language: "en" },
  { theme: "light", language: "zh-CN" },
];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const GRAVE = new Set(["serious", "critical"]);

/** A page without motion, so that no colour is caught halfway; and another tab in which themes are chosen. */
async function open(wishes) {
  const { page, context, troubles } = await openPage({ reducedMotion: "reduce", ...wishes });
  context.setDefaultTimeout(15_000);
  await page.evaluate(AXE);
  const other = await context.newPage();
  await other.goto(`${URL_}/favicon.svg`);
  await page.bringToFront();
  return { page, other, troubles };
}

/** What another tab chooses, this one shows: so an open menu stays open. */
async function wear(page, other, look) {
  await other.evaluate((chosen) => {
    const key = "noiseloom.preferences";
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? "{}"), ...chosen }));
  }, look);
  await page
    .locator(`html[data-theme="${look.theme}"][lang="${look.language}"]`)
    .waitFor({ state: "attached", timeout: 10_000 });
}

/** What opens over the canvas or beside it. Where one of them is shown, the rest of the page has been read before. */
const OPENED = [
  "dialog[open]",
  "[role=dialog]",
  "[role=menu]",
  "[role=listbox]",
  "[data-view]",
  "[data-panel]",
  "[data-tour]",
];

/** Lines to read, one an element that is wrong. */
async function faults(page) {
  const { violations } = await page.evaluate(
    ([values, opened]) => {
      const parts = opened.filter((part) => document.querySelector(part) !== null);
      const read = parts.length === 0 ? document : { include: parts.map((part) => [part]) };
      return window.axe.run(read, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
    },
    [TAGS, OPENED],
  );
  return violations
    .filter(({ impact }) => GRAVE.has(impact))
    .map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !excused(rule.id, node)) }))
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, html, failureSummary }) =>
          `${id} at ${target.join(" ")}\n    ${html.slice(0, 160)}\n    ${failureSummary.split("\n").slice(1).join(" ")}`,
      ),
    );
}

/**
 * A row of the outline is named by its title and then by sentences ("running, 12 of 20 steps"); what stands at its
 * right is the same as a sign ("12/20"). Who speaks to the page says the title.
 */
function excused(rule, { html }) {
  return rule === "label-content-name-mismatch" && html.startsWith('<div role="treeitem"');
}

/** Read what is shown in every look. */
async function read(page, other, scene) {
  const found = new Map();
  for (const look of LOOKS) {
    await wear(page, other, look);
    for (const fault of await faults(page)) {
      found.set(fault, [...(found.get(fault) ?? []), `${look.theme}/${look.language}`]);
    }
    if (look.language !== "zh-CN") continue;
    for (const words of await englishLeft(page, OPENED)) found.set(`English: ${words}`, [look.language]);
  }
  await wear(page, other, { theme: "dark", language: "en" });
  const told = [...found].map(([fault, looks]) => `  ${fault}\n    (${looks.join(", ")})`);
  assert.equal(told.length, 0, `${scene}:\n${told.join("\n")}`);
}

/** A test that takes the page to each scene and reads it; what one scene opens, `close` closes. `wishes`: its window. */
export function scenes(title, prepare, list, wishes = {}) {
  test(title, async (context) => {
    const { page, other, troubles } = await open(wishes);
    await prepare(page);
    for (const [scene, show, close = async () => {}] of list) {
      await context.test(scene, async () => {
        await show(page);
        await read(page, other, scene);
        await close(page);
      });
    }
    assert.deepEqual(troubles, []);
    await page.context().close();
  });
}

/** A scene's way to a view of the page, by its address. */
export const view = (path) => async (page) => {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, path);
  await page.locator("[data-view]").waitFor();
};
