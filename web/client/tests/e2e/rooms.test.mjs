import assert from "node:assert/strict";
import { after, test } from "node:test";
import { post } from "./pictures.mjs";
import { closeBrowser, dropFile, freshSeed, get, nodes, openPage, setSeed, waitForRun } from "./studio.mjs";

after(async () => {
  await post("/api/v1/jobs/cancel-all");
  await post("/api/v1/queue/resume");
  await closeBrowser();
});

const library = (page) => page.locator('[data-panel="nodes"]');
const row = (page, type) => library(page).locator(`[data-type="${type}"]`);

test("the node library: by key, by category, help and a bookmark by one key each, added by Enter and by drag", async () => {
  const { page, troubles } = await openPage();
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("n");
  const sampling = library(page).locator('[data-branch="category:sampling"]');
  await sampling.waitFor();
  assert.ok(await library(page).locator('[role="treeitem"]').count());
  await sampling.focus();
  await page.keyboard.press("ArrowRight");
  await row(page, "KSampler").focus();
  await page.keyboard.press("F1");
  await library(page).getByRole("region", { name: "About Sampler" }).waitFor();
  await page.keyboard.press("b");
  await library(page).locator('[data-branch="marked"]').waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await library(page).getByRole("region").count(), 0);
  const before = await nodes(page);
  await page.keyboard.press("Enter");
  await page.locator('[data-node="ksampler"]').waitFor();

  const search = library(page).getByRole("searchbox");
  await search.fill("反转");
  await row(page, "ImageInvert").waitFor();
  await row(page, "ImageInvert").dragTo(page.locator("#canvas"), { targetPosition: { x: 700, y: 40 } });
  await page.locator('[data-node="imageinvert"]').waitFor();
  assert.equal(await nodes(page), before + 2);
  await search.fill("qqqq");
  await library(page).getByText("No node called “qqqq”.").waitFor();

  await page.reload();
  await page.locator('[data-rail="panel.nodes"]').click();
  await library(page).locator('[data-branch="marked"] ~ [data-type="KSampler"]').first().waitFor();
  assert.deepEqual(troubles, []);
});

test("the model library: families from the headers, into the selected loader or a new one; what is missing is named", async () => {
  const { page, troubles } = await openPage();
  const models = page.locator('[data-panel="models"]');
  const file = (name) => models.locator(`[data-model="${name}"]`);
  const menu = async (name, item) => {
    await file(name)
      .getByRole("button", { name: /^What to do with/ })
      .click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  const document = await get("/api/v1/templates/text-to-image");
  const loader = document.nodes.find((node) => node.type === "CheckpointLoaderSimple");
  loader.widgets.ckpt_name = "lost/dream.safetensors";
  await dropFile(page, Buffer.from(JSON.stringify(document)), "lost.json", "application/json");
  await page.locator(`[data-node="${loader.id}"] h3`).click();
  await page.keyboard.press("m");
  await models.locator('[data-missing-model="lost/dream.safetensors"]').waitFor();
  await file("starter-sd.safetensors").getByText("Stable Diffusion 1").waitFor();
  await menu("starter-sd.safetensors", "Use in “Load model”");
  await models.locator("[data-missing-model]").waitFor({ state: "detached" });
  const widget = page.locator(`[data-node="${loader.id}"] [data-widget="ckpt_name"]`);
  assert.match(await widget.evaluate((element) => element.value ?? element.textContent), /starter-sd/);

  await models.getByRole("searchbox").fill("t5 encoder");
  await file("starter-t5.safetensors").getByRole("button").first().click();
  const about = models.getByRole("region", { name: "About starter-t5.safetensors" });
  await about.getByText("Apache-2.0").waitFor();
  const before = await nodes(page);
  await menu("starter-t5.safetensors", "Add Load text encoder");
  await page.waitForFunction((count) => document.querySelectorAll("article[data-node]").length > count, before);
  await models.getByRole("searchbox").fill("");
  await models.getByRole("combobox", { name: "Kind of model" }).selectOption("vae");
  await models.getByText("Nothing under VAE yet.").waitFor();
  assert.deepEqual(troubles, []);
});

test("the system panel: the worker, memory, versions, the log; a report to copy; the worker starts anew when asked", async () => {
  const { page, context, troubles } = await openPage();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator('[data-rail="panel.system"]').click();
  const system = page.locator('[data-panel="system"]');
  await system.locator('[data-state="ready"], [data-state="busy"]').first().waitFor();
  await system.getByText("torch", { exact: true }).waitFor();
  await system.locator("[data-device]").first().waitFor();
  await system.getByRole("log").waitFor();
  await system.getByRole("button", { name: "Copy a report" }).click();
  await page.getByText("The report is on the clipboard").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^Noiseloom [\d.]+, Python 3/);
  const before = (await get("/api/v1/system")).worker.pid;
  await system.getByRole("button", { name: "Restart the worker" }).click();
  await system.locator('[data-state="starting"]').waitFor();
  await system.locator('[data-state="ready"]').waitFor();
  const after_ = (await get("/api/v1/system")).worker;
  assert.notEqual(after_.pid, before);
  assert.equal(after_.restarts, 0);
  assert.deepEqual(troubles, []);
});

test("the system panel tells which model is held and for which node, what waits, and what was logged", async () => {
  const { page, troubles } = await openPage();
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await setSeed(page, freshSeed());
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"]);
  await page.locator('[data-node="size"] h3').click();
  await page.locator('[data-rail="panel.system"]').click();
  const system = page.locator('[data-panel="system"]');
  const held = system.locator("[data-device] li").filter({ hasText: "starter-sd.safetensors, unet" }).first();
  await held.waitFor();
  await held.getByRole("button", { name: "Show the node Sampler" }).click();
  const selected = page.locator(".react-flow__node.selected");
  await selected.and(page.locator('[data-id="sampler"]')).waitFor();
  assert.equal(await selected.count(), 1);

  await post("/api/v1/queue/pause");
  await page.getByRole("spinbutton", { name: "How many times to run" }).fill("2");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await system.getByText("2 waiting, 0 running · Paused", { exact: true }).waitFor();
  await post("/api/v1/jobs/cancel-all");
  await post("/api/v1/queue/resume");
  await system.getByText("0 waiting, 0 running", { exact: true }).waitFor();

  const newest = (await get("/api/v1/logs?lines=1")).lines[0];
  await system.getByRole("log").getByText(newest).last().waitFor();
  await system.getByRole("button", { name: "Free models and results" }).click();
  await held.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("the plug-ins panel: what each brings; one that failed is named with its cause and what to do", async () => {
  const { page } = await openPage();
  await page.locator('[data-rail="panel.plugins"]').click();
  const plugins = page.locator('[data-panel="plugins"]');
  const example = plugins.locator('[data-pack="example"][data-state="loaded"]');
  await example.waitFor();
  await example.locator("summary").click();
  await example.getByText("ExampleBrightness").waitFor();
  const failed = {
    name: "ink",
    path: "ink",
    state: "failed",
    cause: "It needs the Python package inkpot.",
    details: "Traceback",
  };
  const answer = { ready: true, plugins: [{ nodes: [], seconds: 0, notes: [], ...failed }] };
  await page.route("**/api/v1/plugins", (route) => route.fulfill({ json: answer }));
  await page.keyboard.press("Escape");
  await page.locator('[data-rail="panel.plugins"]').click();
  await plugins.getByText("It needs the Python package inkpot.").waitFor();
  await plugins.getByText("Mend or remove it, then restart the worker.").waitFor();
});
