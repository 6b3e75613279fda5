/** Which results a form shows: those that were chosen for it, of a workflow that makes several. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { keeps } from "./edited.mjs";
import { closeBrowser, dropFile, openPage, waitForRun } from "./studio.mjs";

after(closeBrowser);

const form = (page) => page.locator("[data-view=form]");
const choice = (page, node) => form(page).locator(`[data-choose="${node} "]`);
const NAME = `outputs-${Date.now()}`;

/** Two colours, each kept by a node of its own; new ones each time, so that nothing comes from the cache. */
function twoResults() {
  const node = (id, type, widgets, x, y) => ({ id, type, widgets, position: [x, y] });
  const wire = (from, to) => ({ from: [from, "IMAGE"], to: [to, "images"] });
  const color = Math.floor(Math.random() * 0xffffff);
  return {
    noiseloom: 2,
    id: crypto.randomUUID(),
    title: "Two results",
    nodes: [
      node("wide", "EmptyImage", { width: 96, height: 64, color }, 0, 0),
      node("tall", "EmptyImage", { width: 64, height: 96, color }, 0, 300),
      node("first", "SaveImage", { filename_prefix: `${NAME}/first` }, 320, 0),
      node("second", "SaveImage", { filename_prefix: `${NAME}/second` }, 320, 300),
    ],
    wires: [wire("wide", "first"), wire("tall", "second")],
    frames: [],
  };
}

/** Wait until the form shows pictures of these sizes, and no others. */
const shows = (page, sizes) =>
  page.waitForFunction((wanted) => {
    const all = [...document.querySelectorAll("[data-form-picture]")];
    return all.map((image) => `${image.naturalWidth} × ${image.naturalHeight}`).join() === wanted;
  }, sizes.join());

/** The nodes whose results the form shows, as the server keeps it. */
const keepsOutputs = (page, nodes) =>
  keeps(
    page,
    (now) => {
      const outputs = (now.form?.items ?? []).filter(({ kind }) => kind === "output");
      return outputs.map(({ node }) => node).join() === nodes.join();
    },
    "the form's results",
  );

test("a form shows the results that were chosen for it, and no others", async () => {
  const { page, troubles } = await openPage();
  const bytes = Buffer.from(JSON.stringify(twoResults()));
  await dropFile(page, bytes, "two.json", "application/json");
  await page.locator('[data-node="second"]').waitFor();
  await page.keyboard.press("Control+Shift+F");
  await form(page).getByRole("button", { name: "Choose fields" }).click();
  assert.equal(await choice(page, "wide").count(), 0, "a node that shows nothing has no result to choose");
  assert.equal(await choice(page, "first").getAttribute("aria-pressed"), "false");
  await choice(page, "first").click();
  assert.equal(await choice(page, "first").getAttribute("aria-pressed"), "true");
  assert.equal(await choice(page, "second").getAttribute("aria-pressed"), "false");
  await keepsOutputs(page, ["first"]);
  await form(page).getByRole("button", { name: "Done" }).click();
  await form(page).getByRole("button", { name: "Run", exact: true }).click();
  await waitForRun(page, ["succeeded"]);
  await shows(page, ["96 × 64"]);
  assert.match(await form(page).locator("[data-form-picture]").getAttribute("src"), new RegExp(`${NAME}/first`));

  const edit = form(page).getByRole("button", { name: "Edit form" });
  await edit.click();
  await choice(page, "second").click();
  await form(page).getByRole("button", { name: "Done" }).click();
  await shows(page, ["96 × 64", "64 × 96"]);
  await edit.click();
  await choice(page, "first").click();
  await keepsOutputs(page, ["second"]);
  await form(page).getByRole("button", { name: "Done" }).click();
  await shows(page, ["64 × 96"]);
  assert.deepEqual(troubles, []);
});
