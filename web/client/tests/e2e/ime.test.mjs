/** Writing with an input method: while it composes, Enter and letters are its own. Composed as a browser's IME does, over CDP. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage, prompt } from "./studio.mjs";

after(closeBrowser);

/** A hand on an input method: letters that are composed, keys it takes, and the words it gives. */
async function inputMethod(page) {
  const session = await page.context().newCDPSession(page);
  const key = async (name, code, place) => {
    for (const type of ["rawKeyDown", "keyUp"]) {
      await session.send("Input.dispatchKeyEvent", { type, key: name, code: place, windowsVirtualKeyCode: code });
    }
  };
  return {
    compose: (text) =>
      session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
    enter: () => key("Enter", 13, "Enter"),
    escape: () => key("Escape", 27, "Escape"),
    /** A key that the input method has taken: the page hears 229 and "Process". */
    taken: (place) => key("Process", 229, place),
    give: (text) => session.send("Input.insertText", { text }),
  };
}

/** Keys heard while composing, to be sure that there were any. */
const listen = (page) =>
  page.evaluate(() => {
    window.composed = [];
    addEventListener("keydown", (event) => event.isComposing && window.composed.push(event.key), true);
  });
const heard = (page) => page.evaluate(() => window.composed);

test("in the palette, Enter while composing adds nothing; the next one adds what was found", async () => {
  const { page, troubles } = await openPage({ locale: "zh-CN" });
  await listen(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+A");
  const field = page.getByRole("dialog").getByRole("combobox");
  await field.waitFor();
  const ime = await inputMethod(page);
  await ime.compose("cai'yang'qi");
  await ime.enter();
  await ime.escape();
  assert.deepEqual(await heard(page), ["Enter", "Escape"]);
  assert.equal(await field.count(), 1, "the palette stays");
  assert.equal(await page.locator("article[data-node]").count(), 7);
  await ime.give("采样器");
  assert.equal(await field.inputValue(), "采样器");
  await page.waitForFunction(
    () => document.querySelector("[role=dialog] [role=option] span")?.textContent === "采样器",
  );
  await page.keyboard.press("Enter");
  await page.locator('[data-node="ksampler"]').waitFor();
  assert.deepEqual(troubles, []);
});

test("in a number, a name and a prompt, composing takes nothing and runs nothing", async () => {
  const { page } = await openPage({ locale: "zh-CN", width: 1600, height: 900 });
  await listen(page);
  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && /\/jobs$/.test(request.url())) sent += 1;
  });
  const ime = await inputMethod(page);
  const width = page.locator('[data-node="size"] [data-widget="width"]');
  await width.click();
  await page.keyboard.press("Control+a");
  await ime.compose("256");
  await ime.enter();
  assert.equal(await page.locator('[data-node="size"] h3').innerText(), "尺寸");
  // Enter while composing takes nothing: Escape afterwards still brings back what was there.
  await ime.give("256");
  await page.keyboard.press("Escape");
  assert.equal(await width.inputValue(), "128");

  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("F2");
  const name = page.locator('[data-node="size"] header input');
  await name.waitFor();
  await page.keyboard.press("Control+a");
  await ime.compose("hua'bu");
  await ime.enter();
  assert.equal(await name.count(), 1, "still being named");
  await ime.give("画布");
  await page.keyboard.press("Enter");
  await page.locator('[data-node="size"] h3').getByText("画布").waitFor();

  await prompt(page).click();
  await page.keyboard.press("Control+a");
  await ime.compose("yue'liang");
  await ime.enter();
  await ime.give("月亮");
  assert.equal(await prompt(page).inputValue(), "月亮");
  assert.equal(sent, 0, "nothing ran");
  assert.deepEqual(await heard(page), ["Enter", "Enter", "Enter"]);
});

test("a letter that the input method takes opens nothing on the canvas; the same letter by itself does", async () => {
  const { page } = await openPage();
  await page.keyboard.press("Escape");
  await page.locator('[data-node="decode"] h3').click();
  const ime = await inputMethod(page);
  const queue = page.locator('[data-panel="queue"]');
  for (const place of ["KeyQ", "KeyM", "Delete", "KeyL"]) await ime.taken(place);
  assert.equal(await page.locator("[data-panel]:visible").count(), 0);
  assert.equal(await page.locator("article[data-node]").count(), 7);
  await page.keyboard.press("q");
  await queue.waitFor();
});
