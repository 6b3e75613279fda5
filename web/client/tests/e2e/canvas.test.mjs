import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, dropFile, nodes, openPage, waitForRun } from "./studio.mjs";

after(closeBrowser);

const input = (name, type, link) => ({ name, type, link });
const output = (name, ...links) => ({ name, type: name, links });

/** ComfyUI's first graph as its page saves it, with a primitive that feeds the steps. */
const CANVAS = {
  last_node_id: 10,
  last_link_id: 10,
  nodes: [
    {
      id: 4,
      type: "CheckpointLoaderSimple",
      pos: [0, 0],
      size: [260, 100],
      mode: 0,
      inputs: [],
      outputs: [output("MODEL", 1), output("CLIP", 3, 5), output("VAE", 8)],
      widgets_values: ["starter-sd.safetensors"],
    },
    {
      id: 6,
      type: "CLIPTextEncode",
      pos: [320, 0],
      mode: 0,
      inputs: [input("clip", "CLIP", 3)],
      outputs: [output("CONDITIONING", 4)],
      widgets_values: ["a blue square on a white background"],
    },
    {
      id: 7,
      type: "CLIPTextEncode",
      pos: [320, 240],
      mode: 0,
      inputs: [input("clip", "CLIP", 5)],
      outputs: [output("CONDITIONING", 6)],
      widgets_values: [""],
    },
    {
      id: 5,
      type: "EmptyLatentImage",
      pos: [320, 480],
      mode: 0,
      inputs: [],
      outputs: [output("LATENT", 2)],
      widgets_values: [128, 128, 1],
    },
    {
      id: 3,
      type: "KSampler",
      pos: [640, 0],
      mode: 0,
      inputs: [
        input("model", "MODEL", 1),
        input("positive", "CONDITIONING", 4),
        input("negative", "CONDITIONING", 6),
        input("latent_image", "LATENT", 2),
        { ...input("steps", "INT", 10), widget: { name: "steps" } },
      ],
      outputs: [output("LATENT", 7)],
      widgets_values: [7, "fixed", 20, 6, "euler", "normal", 1],
    },
    {
      id: 8,
      type: "VAEDecode",
      pos: [960, 0],
      mode: 0,
      inputs: [input("samples", "LATENT", 7), input("vae", "VAE", 8)],
      outputs: [output("IMAGE", 9)],
      widgets_values: [],
    },
    {
      id: 9,
      type: "SaveImage",
      pos: [1280, 0],
      mode: 0,
      inputs: [input("images", "IMAGE", 9)],
      outputs: [],
      widgets_values: ["from-comfyui"],
    },
    {
      id: 10,
      type: "PrimitiveNode",
      pos: [320, 700],
      mode: 0,
      inputs: [],
      outputs: [output("INT", 10)],
      widgets_values: [4, "fixed"],
    },
  ],
  links: [
    [1, 4, 0, 3, 0, "MODEL"],
    [2, 5, 0, 3, 3, "LATENT"],
    [3, 4, 1, 6, 0, "CLIP"],
    [4, 6, 0, 3, 1, "CONDITIONING"],
    [5, 4, 1, 7, 0, "CLIP"],
    [6, 7, 0, 3, 2, "CONDITIONING"],
    [7, 3, 0, 8, 0, "LATENT"],
    [8, 4, 2, 8, 1, "VAE"],
    [9, 8, 0, 9, 0, "IMAGE"],
    [10, 10, 0, 3, 4, "INT"],
  ],
  groups: [],
  version: 0.4,
};

test("a ComfyUI canvas dropped on the page opens with a note and paints", async () => {
  const { page, troubles } = await openPage();
  await dropFile(page, Buffer.from(JSON.stringify(CANVAS)), "my graph.json", "application/json");
  await page.locator('[data-node="6"] textarea').waitFor();
  assert.equal(await page.locator('[data-node="6"] textarea').inputValue(), "a blue square on a white background");
  assert.equal(await nodes(page), 7, "the primitive is gone into the steps");
  await page.getByRole("status").filter({ hasText: "my graph.json" }).first().waitFor();
  await page.keyboard.press("Control+Enter");
  await waitForRun(page, ["succeeded"], 120_000);
  assert.deepEqual(troubles, []);
});
