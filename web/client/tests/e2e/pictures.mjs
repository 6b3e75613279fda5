/** Pictures for scripts that need some: plain colours, made by the real server under a name that finds them. */

import assert from "node:assert/strict";
import { get, URL_ } from "./studio.mjs";

export const post = async (path, body) => {
  const answer = await fetch(URL_ + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
};

export const plain = (color, name, size = [160, 120]) => ({
  1: {
    class_type: "EmptyImage",
    inputs: { width: size[0], height: size[1], batch_size: 1, color },
  },
  2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: name } },
});

/** Pictures of plain colours under a name of their own; answers the name, which finds them. */
export async function make(count, sizes = [[160, 120]], name = `g${Math.random().toString(36).slice(2, 10)}`) {
  for (let index = 0; index < count; index += 1) {
    const color = 0x3060a0 + index * 0x100810;
    await post("/api/v1/jobs", { graph: plain(color, `${name}/made`, sizes[index % sizes.length]) });
  }
  await until(async () => (await found(name)).length === count);
  return name;
}

export const found = async (search) => (await get(`/api/v1/pictures?search=${encodeURIComponent(search)}`)).pictures;

/** Wait for what is true. The first picture may wait for the worker to start. */
export async function until(true_, timeout = 120_000) {
  const end = Date.now() + timeout;
  while (!(await true_())) {
    assert.ok(Date.now() < end, "it did not come about");
    await new Promise((go) => setTimeout(go, 50));
  }
}
