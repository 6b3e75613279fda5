/** The gallery with 100,000 pictures, each with its file. Run by `make test-large`; prints what it took. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

const MANY = 100_000;
/** More are never drawn, however many there are. */
const DRAWN = 200;

const tiles = (page) => page.locator('[data-view="gallery"] [data-picture]');
const rows = '[data-view="gallery"] [role=listbox]';
const there = (page) =>
  page.waitForFunction(() => {
    const box = document.querySelector('[data-view="gallery"] [role=listbox]').parentElement.getBoundingClientRect();
    const seen = [...document.querySelectorAll('[data-view="gallery"] [data-picture]')].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > box.top && top < box.bottom;
    });
    return seen.length > 5 && seen.every((tile) => tile.dataset.state === "there");
  });

async function openGallery() {
  const opened = await openPage();
  await opened.page.evaluate(() => {
    location.hash = "#/gallery";
  });
  await there(opened.page);
  return opened;
}

async function look(page, search) {
  const field = page.getByRole("textbox", { name: "Search pictures" });
  await field.fill(search);
  await field.press("Enter");
}

const say = (words) => process.stdout.write(`# ${words}\n`);

test("the newest are there at once, the wheel goes on, and the edge of months leads to the oldest", async () => {
  const began = Date.now();
  const { page, troubles } = await openGallery();
  say(`first screenful after ${Date.now() - began} ms, the page's own start included`);
  await page.getByText("100,000 pictures").waitFor();
  const box = await page.locator(rows).locator("xpath=..").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, 600);
  await there(page);
  assert.ok((await tiles(page).count()) < DRAWN);

  const scrub = page.getByRole("slider", { name: "Go to a month" });
  await scrub.focus();
  const asked = Date.now();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelector("[data-day]")?.textContent.includes("2021"));
  await there(page);
  say(`the oldest month after ${Date.now() - asked} ms`);
  assert.deepEqual(troubles, []);
});

test("one picture of all is found by its words, opened and starred", async () => {
  const { page, troubles } = await openGallery();
  const began = Date.now();
  await look(page, "picture 31415");
  await page.waitForFunction(() => document.querySelectorAll('[data-view="gallery"] [data-picture]').length === 1);
  say(`one of ${MANY} found after ${Date.now() - began} ms`);
  await tiles(page).first().dblclick();
  const dialog = page.locator("dialog[open]");
  await page.waitForFunction(() => document.querySelector("dialog[open] img")?.naturalWidth >= 512);
  await dialog.getByText("picture 31415").first().waitFor();
  await page.keyboard.press("s");
  await page.keyboard.press("Escape");
  await look(page, "is:star picture 31415");
  await page.waitForFunction(() => document.querySelectorAll('[data-view="gallery"] [data-picture]').length === 1);
  assert.deepEqual(troubles, []);
});

test("scrolled through from the newest to the oldest, the last page comes as the first did", async () => {
  const { page, troubles } = await openGallery();
  const took = await page.evaluate(async (selector) => {
    const list = document.querySelector(selector);
    const scroll = list.parentElement;
    const frame = () => new Promise((go) => requestAnimationFrame(go));
    const marks = [];
    let still = 0;
    let height = 0;
    let drawn = 0;
    const began = performance.now();
    while (still < 120) {
      scroll.scrollTop = list.offsetHeight;
      await frame();
      drawn = Math.max(drawn, list.querySelectorAll("[data-picture]").length);
      still = list.offsetHeight === height ? still + 1 : 0;
      height = list.offsetHeight;
      if (still === 0) marks.push([height, performance.now() - began]);
    }
    const heap = performance.memory?.usedJSHeapSize ?? 0;
    return { marks, drawn, height, heap };
  }, rows);
  assert.ok(took.drawn < DRAWN, `${took.drawn} drawn at once`);
  const { marks } = took;
  const tenth = Math.floor(marks.length / 10);
  const each = (from, to) => (marks[to][1] - marks[from][1]) / (to - from);
  say(
    `${marks.length} pages: ${each(0, tenth).toFixed(0)} ms each of the first tenth, ` +
      `${each(marks.length - 1 - tenth, marks.length - 1).toFixed(0)} ms of the last; heap ${(took.heap / 1e6).toFixed(0)} MB`,
  );
  const last = await tiles(page).last().getAttribute("aria-label");
  assert.match(last ?? "", /picture 0\b/);
  assert.deepEqual(troubles, []);
});
