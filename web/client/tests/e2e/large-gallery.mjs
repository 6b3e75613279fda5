/** The gallery with 100,000 pictures, each with its file. Run by `make test-large`; prints what it took. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage } from "./studio.mjs";

after(closeBrowser);

const MANY = 100_000;
/** More are never drawn, however many there are. */
const DRAWN = 200;
const PAGES = 100;

const tiles = (page) => page.locator('[data-view="gallery"] [data-picture]');
const rows = '[data-view="gallery"] [role=listbox]';
const there = (page) =>
  page.waitForFunction(() => {
    const box = document.querySelector('[data-view="gallery"] [role=listbox]')?.parentElement.getBoundingClientRect();
    if (box === undefined) return false;
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

test("a hundred pages on, a page comes as the first ones did; the oldest picture of all is the last", async () => {
  const { page, troubles } = await openGallery();
  const times = [];
  for (let turn = 0; turn < PAGES; turn += 1) {
    const before = await page.locator(rows).evaluate((list) => list.offsetHeight);
    const began = Date.now();
    await page.locator(rows).evaluate((list) => {
      list.parentElement.scrollTop = list.offsetHeight;
    });
    await page.waitForFunction(
      ([selector, was]) => document.querySelector(selector).offsetHeight > was,
      [rows, before],
    );
    times.push(Date.now() - began);
    assert.ok((await tiles(page).count()) < DRAWN);
  }
  const median = (some) => some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)];
  say(`a page: ${median(times.slice(0, 20))} ms among the first twenty, ${median(times.slice(-20))} ms among the last`);
  await page.getByRole("slider", { name: "Go to a month" }).focus();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelector("[data-day]")?.textContent.includes("2021"));
  await page.waitForFunction((selector) => {
    const list = document.querySelector(selector);
    list.parentElement.scrollTop = list.offsetHeight;
    const last = [...list.querySelectorAll("[data-picture]")].at(-1);
    return /picture 0\b/.test(last?.getAttribute("aria-label") ?? "");
  }, rows);
  assert.deepEqual(troubles, []);
});
