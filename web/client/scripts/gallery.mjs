/** A studio as if it were new, and a gallery to look at: what the pictures of the documentation are taken in. */

import { get, URL_ } from "../tests/e2e/studio.mjs";

const PROMPTS = {
  en: [
    "a red circle above a blue square on a white background",
    "two green stars on a black background",
    "a large yellow triangle left of a small purple circle on a gray background",
    "three blue circles on a yellow background",
    "an orange square below a green triangle on a white background",
    "a purple star right of a red square on a black background",
    "a small green circle above a large red triangle on a blue background",
    "two yellow squares on a purple background",
  ],
  "zh-CN": [
    "白色背景上，红色圆形在蓝色方块上方",
    "黑色背景上，两颗绿色星星",
    "灰色背景上，大的黄色三角形在小的紫色圆形左边",
    "黄色背景上，三个蓝色圆形",
    "白色背景上，橙色方块在绿色三角形下方",
    "黑色背景上，紫色星星在红色方块右边",
    "蓝色背景上，小的绿色圆形在大的红色三角形上方",
    "紫色背景上，两个黄色方块",
  ],
};

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(URL_ + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}

/** Until nothing runs or waits. */
async function idle() {
  for (;;) {
    const { queue } = await get("/api/v1/system");
    if (queue.queued + queue.running === 0) return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** Pictures into the trash, nothing cached. */
export async function clearStudio() {
  await idle();
  // A job's pictures come into the gallery a moment after it.
  await new Promise((done) => setTimeout(done, 1_000));
  for (;;) {
    const { pictures } = await get("/api/v1/pictures?limit=500");
    if (pictures.length === 0) break;
    await post("/api/v1/pictures/changes", { ids: pictures.map(({ id }) => id), trash: true });
  }
  await post("/api/v1/memory/free", { weights: true, outputs: true });
}

/** Pictures for the gallery, each of another prompt and seed. */
export async function paintGallery(language) {
  const document = await get("/api/v1/templates/text-to-image");
  const prompts = PROMPTS[language];
  for (let seed = 1; seed <= 24; seed += 1) {
    for (const node of document.nodes) {
      if (node.id === "prompt") node.widgets.text = prompts[seed % prompts.length];
      if (node.id === "sampler") node.widgets.seed = String(seed);
    }
    await post("/api/v1/jobs", { workflow: document });
  }
  await idle();
}
