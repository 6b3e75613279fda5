import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, openPage, prompt, waitForRun } from "./studio.mjs";

after(closeBrowser);

const card = (page) => page.locator("[data-tour]");
const entry = (page, name) => card(page).getByRole("button", { name });
const gone = { state: "detached" };
const sampler = (page, widget) => page.locator(`[data-node="sampler"] [data-widget="${widget}"]`);
/** The words that are selected in the focused field. */
const chosen = (page) =>
  page.evaluate(() => {
    const { value, selectionStart, selectionEnd } = document.activeElement;
    return value?.slice(selectionStart, selectionEnd);
  });
/** The highlighted node, and how many wires are with it. */
const lit = (page) =>
  page.evaluate(() => [
    [...document.querySelectorAll(".react-flow__node.selected")].map((node) => node.dataset.id).join(),
    document.querySelectorAll('[data-wires] g[class*="_selected_"]').length,
  ]);
const fourSteps = (page) => sampler(page, "steps").fill("4");

function apart(one, other) {
  return (
    one.x + one.width <= other.x ||
    other.x + other.width <= one.x ||
    one.y + one.height <= other.y ||
    other.y + other.height <= one.y
  );
}

test("after the first picture a card says what to try, covers nothing, and each entry does what it says", async () => {
  const { page, troubles } = await openPage({ toured: false });
  await fourSteps(page);
  await page.locator('[data-node="sampler"] [data-seed-mode]').click();
  await page.locator('[data-node="sampler"] [data-seed-mode="random"]').waitFor();
  await prompt(page).focus();
  const before = await page.locator('[data-node="picture"]').boundingBox();
  assert.equal(await card(page).count(), 0);
  await page.keyboard.press("Control+Enter");
  await card(page).waitFor({ timeout: 120_000 });
  assert.match(await card(page).innerText(), /^You made a picture\. Next:/);
  assert.equal(await prompt(page).evaluate((field) => field === document.activeElement), true, "focus was taken");
  assert.deepEqual(await page.locator('[data-node="picture"]').boundingBox(), before, "the canvas moved");
  const place = await card(page).boundingBox();
  for (const node of await page.locator("article[data-node]").all()) {
    assert.ok(apart(place, await node.boundingBox()), `the card lies over ${await node.getAttribute("data-node")}`);
  }

  await entry(page, "Change one word").click();
  assert.equal(await chosen(page), await prompt(page).inputValue());
  await page.keyboard.type("a green star on a black background");
  assert.equal(await prompt(page).inputValue(), "a green star on a black background");

  const reuse = await page.locator('[data-node="sampler"] button[title^="Reuse "]').getAttribute("title");
  const last = reuse.replace("Reuse ", "");
  await entry(page, "Keep the seed, change the steps").click();
  await page.locator('[data-node="sampler"] [data-seed-mode="fixed"]').waitFor();
  assert.equal(await sampler(page, "seed").inputValue(), last);
  assert.equal(await chosen(page), "4");
  await page.keyboard.type("3");
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/v1/jobs"));
  await page.keyboard.press("Control+Enter");
  const { workflow } = (await sent).postDataJSON();
  const { widgets } = workflow.nodes.find(({ id }) => id === "sampler");
  assert.deepEqual([widgets.seed, widgets.steps], [last, 3]);
  await waitForRun(page, ["succeeded"], 120_000);

  await entry(page, "Open as form").click();
  await page.locator('[data-view="form"]').waitFor();
  await page.goBack();
  await page.locator('[data-view="form"]').waitFor(gone);
  assert.equal(await card(page).isVisible(), true);
  assert.deepEqual(troubles, []);
});

test("the tour walks five nodes with ← and →; Esc ends it, sends the card away for good, and the menu has it", async () => {
  const { page, troubles } = await openPage({ toured: false, reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("menuitem", { name: "Tour" }).click();
  await entry(page, "Change one word").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Shift+Tab");
  await entry(page, "Close the tour").and(page.locator(":focus")).waitFor();
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const stops = [];
  for (let step = 1; step <= 5; step += 1) {
    await card(page).getByText(`${step} of 5`).waitFor();
    const heading = await card(page).getByRole("heading").innerText();
    stops.push([heading, ...(await lit(page))]);
    await page.keyboard.press("ArrowRight");
  }
  assert.deepEqual(stops, [
    ["Load model", "loader", 4],
    ["Prompt", "prompt", 2],
    ["Sampler", "sampler", 5],
    ["Decode", "decode", 3],
    ["Picture", "picture", 1],
  ]);
  await card(page).getByText("5 of 5").waitFor();
  await page.keyboard.press("ArrowLeft");
  await card(page).getByText("4 of 5").waitFor();
  assert.equal((await lit(page))[0], "decode");
  await page.keyboard.press("Escape");
  await entry(page, "What does each node do?").and(page.locator(":focus")).waitFor();
  assert.deepEqual(await lit(page), ["", 0]);
  await page.keyboard.press("Escape");
  await card(page).waitFor(gone);
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("menuitem", { name: "Tour" }).click();
  await entry(page, "Change one word").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Escape");
  await card(page).waitFor(gone);

  await page.reload();
  await prompt(page).waitFor();
  await fourSteps(page);
  await page.keyboard.press("Control+Enter");
  await page.locator('[data-result="picture"]').waitFor({ timeout: 120_000 });
  await waitForRun(page, ["succeeded"]);
  assert.equal(await card(page).count(), 0, "who sent it away is not offered it again");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill("tour");
  await page.keyboard.press("Enter");
  await card(page).waitFor();
  assert.deepEqual(troubles, []);
});

test("a phone shows its form and no card", async () => {
  const { page, troubles } = await openPage({ toured: false, width: 390, height: 844, hasTouch: true });
  await page.locator('[data-view="form"]').waitFor();
  const done = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/jobs"));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await done;
  await page.locator('[data-view="form"] figure img').waitFor({ timeout: 120_000 });
  assert.equal(await card(page).count(), 0);
  assert.deepEqual(troubles, []);
});
