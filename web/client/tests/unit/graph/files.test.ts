import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { pngTexts } from "@/graph/io/png";
import { parseWorkflow, readWorkflowFile, type UnreadableWorkflow } from "@/graph/io/read";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Chunks as a PNG file. The reader does not check sums, so they are zero. */
function png(...chunks: [type: string, body: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)];
  for (const [type, body] of [...chunks, ["IEND", new Uint8Array()] as const]) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length);
    parts.push(length, latin1(type), body, new Uint8Array(4));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const text = (keyword: string, value: string) => latin1(`${keyword}\0${value}`);

test("tEXt, zTXt and iTXt chunks are read", async () => {
  const compressed = deflateSync(Buffer.from("packed"));
  const unicode = new TextEncoder().encode("噪声");
  const texts = await pngTexts(
    png(
      ["tEXt", text("plain", "words")],
      ["zTXt", Uint8Array.of(...latin1("zipped\0\0"), ...compressed)],
      ["iTXt", Uint8Array.of(...latin1("wide\0\0\0\0\0"), ...unicode)],
    ),
  );
  expect(Object.fromEntries(texts)).toEqual({ plain: "words", zipped: "packed", wide: "噪声" });
});

test("a PNG that is cut off gives what came before the cut", async () => {
  const whole = png(["tEXt", text("first", "1")], ["tEXt", text("second", "2")]);
  const texts = await pngTexts(whole.subarray(0, 40));
  expect([...texts.keys()]).toEqual(["first"]);
});

test("a picture made here opens as its workflow", async () => {
  const bytes = png(["tEXt", text("prompt", "{}")], ["tEXt", text("noiseloom", JSON.stringify(firstPicture()))]);
  expect(await readWorkflowFile(new Blob([bytes]), "a.png", catalogue)).toEqual(firstPicture());
});

test.each(["{}", "null", "{"])(
  "a PNG whose workflow says %s opens by its prompt, and is refused where that is all",
  async (empty) => {
    const prompt = { 3: { class_type: "EmptyImage", inputs: { width: 64 } } };
    const workflow: [string, Uint8Array] = ["tEXt", text("workflow", empty)];
    const bytes = png(workflow, ["tEXt", text("prompt", JSON.stringify(prompt))]);
    const document = await readWorkflowFile(new Blob([bytes]), "a.png", catalogue);
    expect(document.nodes).toMatchObject([{ id: "3", type: "EmptyImage", widgets: { width: 64 } }]);
    const code = expect.stringMatching(/^not_/);
    await expect(readWorkflowFile(new Blob([png(workflow)]), "a.png", catalogue)).rejects.toMatchObject({ code });
  },
);

test("a PNG without a workflow says so", async () => {
  await expect(readWorkflowFile(new Blob([png()]), "a.png", catalogue)).rejects.toMatchObject({ code: "no_metadata" });
});

test("a workflow survives saving and opening", () => {
  expect(parseWorkflow(JSON.stringify(firstPicture()), catalogue)).toEqual(firstPicture());
});

test("unknown fields, node types and fields of nodes are kept", () => {
  const given = { ...firstPicture(), from_the_future: { a: 1 } };
  given.nodes.push({ id: "x", type: "NotHere", widgets: { depth: 3 }, glow: true } as never);
  const read = parseWorkflow(JSON.stringify(given), catalogue);
  expect(read.from_the_future).toEqual({ a: 1 });
  expect(read.nodes.at(-1)).toMatchObject({ type: "NotHere", widgets: { depth: 3 }, glow: true });
});

test.each([
  ["{", "not_json"],
  ["[1]", "not_workflow"],
  ['{"noiseloom": 7, "nodes": []}', "newer"],
  ['{"last_node_id": 3, "nodes": [], "links": []}', "canvas_json"],
])("%s is refused as %s", (given, code) => {
  expect(() => parseWorkflow(given, catalogue)).toThrowError(expect.objectContaining({ code }) as UnreadableWorkflow);
});

test("prompt JSON becomes a document with named wires, left to right", () => {
  const prompt = {
    "3": { class_type: "VAEDecode", inputs: { samples: ["2", 0], vae: ["1", 2] } },
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "a.safetensors" } },
    "2": { class_type: "KSampler", inputs: { model: ["1", 0], steps: 12 }, _meta: { title: "Paint" } },
  };
  const document = parseWorkflow(JSON.stringify(prompt), catalogue, "mine");
  expect(document.title).toBe("mine");
  expect(document.wires).toContainEqual({ from: ["1", "VAE"], to: ["3", "vae"] });
  const at = Object.fromEntries(document.nodes.map((node) => [node.id, node.position[0]]));
  expect(at["1"]).toBeLessThan(at["2"] ?? 0);
  expect(at["2"]).toBeLessThan(at["3"] ?? 0);
  expect(document.nodes.find((node) => node.id === "2")).toMatchObject({ title: "Paint", widgets: { steps: 12 } });
});
