/** The queue, batches and "why did it run", as a person uses them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, freshSeed, get, openPage, setSeed, URL_, waitForRun } from "./studio.mjs";

const post = (path) => fetch(URL_ + path, { method: "POST" });
const calm = async () => {
  await post("/api/v1/jobs/cancel-all");
  await post("/api/v1/queue/resume");
};

before(calm);
after(async () => {
  await calm();
  await closeBrowser();
});

const panel = (page) => page.getByRole("complementary", { name: "Queue" });
const rows = (page) => panel(page).getByRole("list", { name: "Waiting" }).getByRole("listitem");
const places = (page) => rows(page).evaluateAll((items) => items.map((item) => item.dataset.job));

/** Wait until `read` answers what is wanted. */
async function until(read, wanted, message) {
  const end = Date.now() + 15_000;
  let got;
  do {
    got = await read();
    if (JSON.stringify(got) === JSON.stringify(wanted)) return;
    await new Promise((done) => setTimeout(done, 100));
  } while (Date.now() < end);
  assert.deepEqual(got, wanted, message);
}

/** A page with quick pictures: few steps, a fresh seed. */
async function quickPage() {
  const opened = await openPage();
  const steps = opened.page.locator('[data-node="sampler"] [data-widget="steps"]');
  await steps.fill("2");
  await steps.press("Enter");
  await setSeed(opened.page, freshSeed());
  return opened;
}

/** The dialog that varies widgets, on a page whose picture is quick. */
async function askBatch() {
  const opened = await quickPage();
  const { page } = opened;
  await page.getByRole("button", { name: "More ways to run" }).click();
  await page.getByRole("menuitem", { name: "Vary and queue…" }).click();
  const dialog = page.getByRole("dialog", { name: "Vary and queue" });
  return { ...opened, dialog, across: dialog.locator('[data-axis="0"]') };
}

/** The batch that was queued last, in the panel. */
const newestBatch = (page) => panel(page).getByRole("list", { name: "Batches" }).getByRole("listitem").first();
/** The last jobs as they were sent. */
async function sentJobs(count) {
  const { jobs } = await get(`/api/v1/jobs?limit=${count}`);
  return Promise.all(jobs.map(({ id }) => get(`/api/v1/jobs/${id}`)));
}

/** A paused queue with three jobs, the panel open. */
async function threeWaiting() {
  const opened = await quickPage();
  const { page } = opened;
  await page.keyboard.press("Escape");
  await page.locator("[data-queue-button]").click();
  await panel(page).getByRole("button", { name: "Pause" }).click();
  await panel(page).getByText("Paused").waitFor();
  await page.getByRole("spinbutton", { name: "How many times to run" }).fill("3");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await until(() => rows(page).count(), 3);
  return opened;
}

test("Q opens an empty queue that teaches, Esc closes it and gives the focus back", async () => {
  const { page, troubles } = await openPage();
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("q");
  await panel(page).getByText("Nothing waits.").waitFor();
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "detached" });
  await page.locator("[data-queue-button]").click();
  await panel(page).waitFor();
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "detached" });
  assert.ok(await page.locator("[data-queue-button]").evaluate((button) => button === document.activeElement));
  assert.deepEqual(troubles, []);
});

test("waiting jobs are put in another order by button, key and drag, and a second browser sees it", async () => {
  await calm();
  const { page, troubles } = await threeWaiting();
  const [a, b, c] = await places(page);
  await rows(page).nth(2).hover();
  await rows(page)
    .nth(2)
    .getByRole("button", { name: /^To the front/ })
    .click();
  await until(() => places(page), [c, a, b]);

  const other = await openPage();
  await other.page.locator("[data-queue-button]").click();
  await until(() => places(other.page), [c, a, b], "the second browser");

  await rows(page).nth(0).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await until(() => places(page), [a, c, b]);
  await until(() => places(other.page), [a, c, b], "the second browser after a move");

  const box = await rows(page).nth(0).boundingBox();
  await rows(page)
    .nth(2)
    .dragTo(rows(page).nth(0), { targetPosition: { x: 60, y: 4 }, sourcePosition: { x: 60, y: box.height / 2 } });
  await until(() => places(page), [b, a, c]);
  const { waiting } = await get("/api/v1/queue");
  assert.deepEqual(
    waiting.map((job) => job.id),
    [b, a, c],
  );

  await page.reload();
  await page.locator("[data-queue-button]").click();
  await until(() => places(page), [b, a, c], "after a reload");
  assert.deepEqual(troubles, []);
  await other.context.close();
});

test("a cancelled job comes back in its place by Undo; cancel all empties the queue", async () => {
  await calm();
  const { page } = await threeWaiting();
  const [a, b, c] = await places(page);
  await rows(page).nth(1).focus();
  await page.keyboard.press("Delete");
  await until(() => places(page), [a, c]);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await until(async () => (await places(page)).map((id) => (id === a || id === c ? id : "again")), [a, "again", c]);
  assert.ok(!(await places(page)).includes(b), "it is a new job");
  await panel(page).getByRole("button", { name: "Cancel all" }).click();
  await panel(page).getByText("Nothing waits.").waitFor();
  const { queue } = await get("/api/v1/queue");
  assert.equal(queue.queued, 0);
});

test("a resumed queue runs; the finished job's picture opens, its workflow opens, and it runs again", async () => {
  await calm();
  const { page, troubles } = await threeWaiting();
  await panel(page).getByRole("button", { name: "Resume" }).click();
  await panel(page).getByText("Nothing waits.").waitFor({ timeout: 60_000 });
  await until(async () => (await get("/api/v1/queue")).queue.running, 0);
  await panel(page).getByRole("tab", { name: "Finished" }).click();
  const finished = panel(page).getByRole("list", { name: "Finished" }).getByRole("listitem");
  await finished.first().getByText("Done").waitFor();
  await finished
    .first()
    .getByRole("button", { name: /^Open .*png/ })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore workflow" }).waitFor();
  await page.keyboard.press("Escape");

  await finished.first().getByRole("button", { name: "Open its workflow" }).click();
  await waitForRun(page, ["succeeded"]);
  const before = (await get("/api/v1/jobs?limit=1")).jobs[0].number;
  await finished.first().getByRole("button", { name: "Run again" }).click();
  await until(async () => (await get("/api/v1/jobs?limit=1")).jobs[0].number, before + 1);
  assert.deepEqual(troubles, []);
});

test("a failed job shows its problem", async () => {
  await calm();
  const graph = {
    1: { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "starter-sd.safetensors" } },
    2: { class_type: "EmptySD3LatentImage", inputs: { width: 128, height: 128, batch_size: 1 } },
    3: { class_type: "VAEDecode", inputs: { samples: ["2", 0], vae: ["1", 2] } },
    4: { class_type: "PreviewImage", inputs: { images: ["3", 0] } },
  };
  const answer = await fetch(`${URL_}/api/v1/jobs`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ graph }),
  });
  assert.equal(answer.status, 202);
  const { page } = await openPage();
  await page.locator("[data-queue-button]").click();
  await panel(page).getByRole("tab", { name: "Finished" }).click();
  await panel(page).locator("[data-problems]").first().click();
  await page
    .getByRole("dialog", { name: "Problems" })
    .getByText("This autoencoder reads latents of 4 channels")
    .waitFor();
  await page.getByRole("button", { name: "Show on the nodes" }).click();
  await page.locator('article[data-node="3"]').getByText("failed", { exact: true }).waitFor();
});

test("a batch over two widgets says its count, runs, and comes back as a grid whose pictures open", async () => {
  await calm();
  const { page, troubles, dialog, across } = await askBatch();
  await across.locator('[data-field="count"]').fill("2");
  await dialog.getByText("2 jobs").waitFor();
  await dialog.getByRole("button", { name: "Vary a second widget" }).click();
  const down = dialog.locator('[data-axis="1"]');
  await down.getByRole("combobox", { name: "Widget" }).selectOption({ label: "Prompt › Text" });
  await down.getByRole("textbox").fill("a red circle\na blue square\na green star");
  await dialog.getByText("6 jobs").waitFor();

  await dialog.getByLabel("One to one").check();
  await dialog.getByText("One to one needs lists of the same length: 2 and 3.").waitFor();
  assert.ok(await dialog.locator('button[type="submit"]').isDisabled());
  await dialog.getByLabel("Every pair").check();
  await dialog.getByRole("button", { name: "Queue 6" }).click();

  const batch = newestBatch(page);
  await batch.getByText("of 6 done").waitFor();
  await page.getByRole("button", { name: "Show the grid", exact: true }).last().waitFor();
  await batch.getByText("6 of 6 done").waitFor({ timeout: 120_000 });
  await batch.getByRole("button", { name: "Show the grid" }).click();
  const grid = page.getByRole("dialog", { name: "X/Y grid" });
  await until(() => grid.getByRole("button", { name: /^Open the picture/ }).count(), 6);
  await grid.getByRole("rowheader", { name: "a blue square" }).waitFor();
  await grid
    .getByRole("button", { name: /^Open the picture for a blue square/ })
    .first()
    .click();
  await page.getByRole("button", { name: /Restore workflow|Open its workflow/ }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Escape");
  await grid.waitFor();
  await page.keyboard.press("Escape");
  await grid.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("two lists one to one give a job for each pair of values, and a grid that names both", async () => {
  await calm();
  const { page, troubles, dialog, across } = await askBatch();
  await across.getByRole("combobox", { name: "Widget" }).selectOption({ label: "Sampler › Steps" });
  await across.getByLabel("List").check();
  await across.getByRole("textbox").fill("1\n2");
  await dialog.getByRole("button", { name: "Vary a second widget" }).click();
  const down = dialog.locator('[data-axis="1"]');
  await down.getByRole("combobox", { name: "Widget" }).selectOption({ label: "Prompt › Text" });
  await down.getByRole("textbox").fill("a red circle\na blue square");
  await dialog.getByText("4 jobs").waitFor();
  await dialog.getByLabel("One to one").check();
  await dialog.getByText("2 jobs").waitFor();
  await dialog.getByRole("button", { name: "Queue 2" }).click();

  const batch = newestBatch(page);
  await batch.getByText("2 of 2 done").waitFor({ timeout: 120_000 });
  const sent = await sentJobs(2);
  const pairs = sent.map(({ workflow }) => {
    const widgets = (id) => workflow.nodes.find((node) => node.id === id).widgets;
    return [widgets("sampler").steps, widgets("prompt").text];
  });
  assert.deepEqual(pairs.sort(), [
    [1, "a red circle"],
    [2, "a blue square"],
  ]);
  await batch.getByRole("button", { name: "Show the grid" }).click();
  const grid = page.getByRole("dialog", { name: "X/Y grid" });
  await until(() => grid.getByRole("button", { name: /^Open the picture/ }).count(), 2);
  for (const words of ["1 · a red circle", "2 · a blue square"]) await grid.getByText(words).first().waitFor();
  assert.deepEqual(troubles, []);
});

test("a batch over a choice runs once with each value that is ticked, in the widget's order", async () => {
  await calm();
  const { page, troubles, dialog, across } = await askBatch();
  await across.getByRole("combobox", { name: "Widget" }).selectOption({ label: "Sampler › Scheduler" });
  for (const name of ["simple", "normal"]) await across.getByRole("checkbox", { name, exact: true }).setChecked(true);
  const ticked = () => across.getByRole("checkbox", { checked: true }).count();
  for (const box of await across.getByRole("checkbox", { checked: true }).all()) {
    if (!/^(simple|normal)$/.test(await box.evaluate((input) => input.closest("label").innerText.trim())))
      await box.uncheck();
  }
  assert.equal(await ticked(), 2);
  await dialog.getByRole("button", { name: "Queue 2" }).click();
  const batch = newestBatch(page);
  await batch.getByText("2 of 2 done").waitFor({ timeout: 120_000 });
  const sent = await sentJobs(2);
  const ran = sent.map(({ workflow }) => workflow.nodes.find((node) => node.id === "sampler").widgets.scheduler);
  assert.deepEqual(ran.sort(), ["normal", "simple"]);
  assert.deepEqual(troubles, []);
});

test("a batch is cancelled as one", async () => {
  await calm();
  const { page } = await quickPage();
  await post("/api/v1/queue/pause");
  await page.getByRole("button", { name: "More ways to run" }).click();
  await page.getByRole("menuitem", { name: "Vary and queue…" }).click();
  await page.getByRole("button", { name: "Queue 4" }).click();
  const batch = newestBatch(page);
  await batch.getByText("0 of 4 done").waitFor();
  await batch.getByRole("button", { name: "Cancel the batch" }).click();
  await batch.getByText("4 cancelled").waitFor();
  assert.equal((await get("/api/v1/queue")).queue.queued, 0);
});

test("a node says why it ran, and why it did not", async () => {
  await calm();
  const { page } = await quickPage();
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"]);
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["queued", "running", "submitting"], 5_000).catch(() => undefined);
  await waitForRun(page, ["succeeded"]);
  const why = async (node) => {
    await page.locator(`[data-node="${node}"] [aria-haspopup="menu"]`).click();
    const said = await page.locator("[data-why]").innerText();
    await page.keyboard.press("Escape");
    return said;
  };
  await until(async () => /“Seed” changed/.test(await why("sampler")), true);
  assert.match(await why("prompt"), /did not run: nothing it depends on changed/);
  assert.match(await why("decode"), /what comes in at “Samples|Latent.*” changed/);
});

test("ten thousand waiting jobs scroll to the end, and few of them are drawn", async () => {
  await calm();
  const { page } = await openPage();
  await page.route("**/api/v1/queue?**", async (route) => {
    const url = new URL(route.request().url());
    const after = Number(url.searchParams.get("after")?.slice(4) ?? 0);
    const limit = Number(url.searchParams.get("limit"));
    const last = Math.min(10_000, after + limit);
    const waiting = Array.from({ length: last - after }, (_, at) => many(after + at + 1));
    const next = last < 10_000 ? `job-${last}` : null;
    await route.fulfill({ json: { queue: { queued: 10_000, running: 0, paused: true }, waiting, next } });
  });
  await page.locator("[data-queue-button]").click();
  await rows(page).first().waitFor();
  assert.ok((await rows(page).count()) < 60);
  await rows(page).first().focus();
  await page.keyboard.press("End");
  await panel(page).locator('[data-job="job-10000"]').waitFor({ timeout: 20_000 });
  assert.ok((await rows(page).count()) < 60);
});

/** A waiting job as the server tells it. */
function many(number) {
  return {
    id: `job-${number}`,
    number,
    state: "queued",
    title: "Many",
    created: 0,
    started: null,
    finished: null,
    node_count: 7,
    outputs: {},
    priority: 0,
    problems: [],
    progress: null,
    retry_of: null,
    batch: null,
    batch_index: null,
  };
}
