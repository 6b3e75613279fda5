/**
 * Pictures of the page for the documentation, taken on a running server with the starter model:
 *
 *     NOISELOOM_URL=http://127.0.0.1:8188 node scripts/screenshots.mjs ../../docs/images [NAME…]
 */

import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closeBrowser, dropFile, get, openPage, setSeed, URL_, waitForRun } from "../tests/e2e/studio.mjs";

const folder = resolve(process.argv[2] ?? "../../docs/images");
await mkdir(folder, { recursive: true });

/** Run the first picture; stop the camera while it forms, or after. */
async function paint(page, { forming = false } = {}) {
  await setSeed(page, "7");
  if (forming) {
    await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("60");
    await setSeed(page, String(Date.now()));
  }
  await page.locator("h3").first().click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  if (forming) {
    await page.locator('[data-node="sampler"] img').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(700);
  } else {
    await waitForRun(page, ["succeeded"], 120_000);
    await page.locator('[data-result="picture"]').waitFor();
  }
}

const PROMPTS = [
  "a red circle above a blue square on a white background",
  "two green stars on a black background",
  "a large yellow triangle left of a small purple circle on a gray background",
  "three blue circles on a yellow background",
  "an orange square below a green triangle on a white background",
  "a purple star right of a red square on a black background",
  "a small green circle above a large red triangle on a blue background",
  "two yellow squares on a purple background",
];

/** Pictures for the gallery, each of another prompt and seed. */
async function paintSome() {
  const document = await get("/api/v1/templates/text-to-image");
  for (let seed = 1; seed <= 24; seed += 1) {
    for (const node of document.nodes) {
      if (node.id === "prompt") node.widgets.text = PROMPTS[seed % PROMPTS.length];
      if (node.id === "sampler") node.widgets.seed = String(seed);
    }
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${URL_}/api/v1/jobs`, {
      method: "POST",
      headers,
      body: JSON.stringify({ workflow: document }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  for (;;) {
    const { queue } = await get("/api/v1/system");
    if (queue.queued + queue.running === 0) return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** The newest picture of the output folder. */
async function newestPicture() {
  const { images } = await get("/api/v1/images?limit=1");
  return Buffer.from(await (await fetch(URL_ + images[0].url)).arrayBuffer());
}

async function openGallery(page) {
  await page.evaluate(() => {
    location.hash = "#/gallery";
  });
  const pictures = page.locator("[data-view=gallery] [data-picture]");
  await pictures.nth(7).waitFor();
  await pictures.nth(2).click();
  await page.waitForTimeout(800);
}

async function openForm(page) {
  await paint(page);
  await page.keyboard.press("Control+Shift+F");
  const form = page.locator("[data-view=form]");
  await form.locator('[data-form-node="prompt"]').waitFor();
}

/** The inpainting workflow with a picture of ours, and a few strokes on it. */
async function openMask(page) {
  const template = await readFile(new URL("../../../workflows/inpaint.json", import.meta.url));
  await dropFile(page, template, "inpaint.json", "application/json");
  const node = page.locator('[data-node="image"]');
  // Controls are there from 60 % on.
  await node.locator("h3").click();
  await page.keyboard.press("f");
  const picture = { name: "picture.png", mimeType: "image/png", buffer: await newestPicture() };
  await node.locator("input[type=file]").setInputFiles(picture);
  await node.locator('img[alt^="picture"]').waitFor();
  await node.getByRole("button", { name: "Paint a mask" }).click();
  const surface = page.locator("[data-view=mask] canvas");
  await surface.waitFor();
  await page.waitForTimeout(500);
  const { x, y, width, height } = await surface.boundingBox();
  for (let turn = 0; turn <= 20; turn += 1) {
    const angle = (turn / 20) * 2 * Math.PI;
    await page.mouse.move(x + width / 2 + 80 * Math.cos(angle), y + height / 2 + 60 * Math.sin(angle));
    if (turn === 0) await page.mouse.down();
  }
  await page.mouse.up();
  // What was said about opening the workflow goes by itself.
  await page.getByText("Opened Repaint a part").waitFor({ state: "detached" });
}

const SHOTS = [
  ["first-launch-dark", {}, async () => {}],
  ["running-dark", {}, (page) => paint(page, { forming: true })],
  ["done-light", { colorScheme: "light" }, paint],
  ["done-dark-zh", { locale: "zh-CN" }, paint],
  [
    "error-light-zh",
    { locale: "zh-CN", colorScheme: "light" },
    async (page) => {
      await page.locator('[data-node="sampler"] [data-socket="positive"]').click({ modifiers: ["Alt"] });
      await page.keyboard.press("Control+Enter");
      await page.locator("[data-code]").first().waitFor();
    },
  ],
  [
    "palette-dark",
    {},
    async (page) => {
      await page.mouse.dblclick(480, 130);
      await page.keyboard.type("im");
    },
  ],
  ["gallery-dark", {}, openGallery],
  ["form-light", { colorScheme: "light" }, openForm],
  ["mask-dark", {}, openMask],
  ["wide-light", { colorScheme: "light", width: 2560, height: 1440 }, paint],
];

const wanted = process.argv.slice(3);
if (wanted.length === 0) await paintSome();
for (const [name, options, act] of SHOTS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { page, context } = await openPage(options);
  await act(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
  console.log(name);
}
await closeBrowser();
