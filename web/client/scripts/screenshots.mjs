/**
 * Pictures of the page for the documentation, taken on a running server with the starter model:
 *
 *     NOISELOOM_URL=http://127.0.0.1:8188 node scripts/screenshots.mjs ../../docs/images [NAME…]
 */

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closeBrowser, get, openPage, URL_ } from "../tests/e2e/studio.mjs";
import { breakWire, openForm, openGallery, openGrid, openMask, openPalette, openSubgraph, paint } from "./scenes.mjs";

const folder = resolve(process.argv[2] ?? "../../docs/images");
await mkdir(folder, { recursive: true });

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

const forming = (page) => paint(page, { forming: true });
const light = { colorScheme: "light" };
const chinese = { locale: "zh-CN" };
/** The first on a data folder where nothing has been painted yet. */
const SHOTS = [
  ["running-dark", {}, forming],
  ["running-dark-zh", chinese, forming],
  ["done-dark-zh", chinese, paint],
  ["error-light", light, breakWire],
  ["error-light-zh", { ...light, ...chinese }, breakWire],
  ["palette-dark", {}, openPalette],
  ["palette-dark-zh", chinese, openPalette],
  ["gallery-dark", {}, openGallery],
  ["gallery-dark-zh", chinese, openGallery],
  ["form-light", light, openForm],
  ["form-light-zh", { ...light, ...chinese }, openForm],
  ["mask-dark", {}, openMask],
  ["mask-dark-zh", chinese, openMask],
  ["batch-grid", {}, openGrid],
  ["batch-grid-zh", chinese, openGrid],
  ["sub-graph", {}, openSubgraph],
  ["sub-graph-zh", chinese, openSubgraph],
];

const wanted = process.argv.slice(3);
for (const [name, options, act] of SHOTS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  // Those before show a page that has not painted yet.
  if (wanted.length === 0 && name === "palette-dark") await paintSome();
  const { page, context } = await openPage(options);
  await act(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
  console.log(name);
}
await closeBrowser();
