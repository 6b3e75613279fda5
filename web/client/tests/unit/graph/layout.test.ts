import { expect, test } from "vitest";
import { around, boxOf, centreIn } from "@/graph/boxes";
import { addFrame } from "@/graph/commands/frames";
import { emptyDocument, newNode, nodeIndex, type WorkflowDocument } from "@/graph/document";
import { apply, begin } from "@/graph/history";
import { type Layout, layOut } from "@/graph/layout";
import { firstPicture, shapeOf } from "../samples";

function placed(document: WorkflowDocument, { nodes }: Layout) {
  return document.nodes.map((node) => boxOf({ ...node, position: nodes.get(node.id) ?? node.position }, shapeOf));
}

function overlaps(boxes: ReturnType<typeof placed>): string[] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b) => `${a.id} ${b.id}`),
  );
}

/** A chain of samplers that one loader feeds, at one spot. */
function chain(length: number): WorkflowDocument {
  const document = emptyDocument("chain");
  document.nodes.push(newNode(document, "CheckpointLoaderSimple", [0, 0]));
  for (let index = 0; index < length; index += 1) {
    document.nodes.push({ ...newNode(emptyDocument(""), "KSampler", [0, 0]), id: `k${index}` });
    document.wires.push({ from: ["checkpointloadersimple", "MODEL"], to: [`k${index}`, "model"] });
    if (index > 0) document.wires.push({ from: [`k${index - 1}`, "LATENT"], to: [`k${index}`, "latent_image"] });
  }
  return document;
}

test("every wire runs to the right, nothing overlaps, and all stands on the grid", () => {
  const document = { ...firstPicture(), frames: [] };
  const layout = layOut(document, [], shapeOf);
  const boxes = new Map(placed(document, layout).map((box) => [box.id, box]));
  for (const { from, to } of document.wires) {
    expect((boxes.get(from[0])?.x ?? 0) + 240).toBeLessThan(boxes.get(to[0])?.x ?? 0);
  }
  expect(overlaps([...boxes.values()])).toEqual([]);
  expect([...layout.nodes.values()].flat().filter((value) => value % 8 !== 0)).toEqual([]);
});

test("the first chosen node stays where it is", () => {
  const document = { ...firstPicture(), frames: [] };
  const sampler = nodeIndex(document).get("sampler");
  const { nodes } = layOut(document, ["sampler", "decode", "prompt"], shapeOf);
  expect(nodes.get("sampler")).toEqual(sampler?.position);
  expect([...nodes.keys()].sort()).toEqual(["decode", "prompt", "sampler"]);
});

test("pinned nodes keep out of it", () => {
  const document = firstPicture();
  for (const node of document.nodes) node.pinned = node.id === "decode";
  expect(layOut(document, [], shapeOf).nodes.has("decode")).toBe(false);
});

test("what stands in a frame stays in it, and what stands outside stays outside", () => {
  const document = firstPicture();
  const inFrame = (doc: WorkflowDocument) =>
    doc.frames.map((frame) =>
      doc.nodes.filter((node) => centreIn(boxOf(node, shapeOf), frame.bounds)).map((n) => n.id),
    );
  const before = inFrame(document);
  expect(before.flat().length).toBeGreaterThan(3);
  const layout = layOut(document, [], shapeOf);
  const after = {
    ...document,
    nodes: document.nodes.map((node) => ({ ...node, position: layout.nodes.get(node.id) ?? node.position })),
    frames: document.frames.map((frame) => ({ ...frame, bounds: layout.frames.get(frame.id) ?? frame.bounds })),
  };
  expect(inFrame(after)).toEqual(before);
  expect(overlaps(placed(document, layout))).toEqual([]);
});

test("a frame in a frame is laid out inside it", () => {
  const outer = { id: "outer", title: "", note: "", bounds: [-50, -90, 1200, 900] as [number, number, number, number] };
  const inner = { ...outer, id: "inner", bounds: [0, 0, 300, 300] as [number, number, number, number] };
  let document: WorkflowDocument = { ...emptyDocument(""), nodes: [newNode(emptyDocument(""), "KSampler", [10, 10])] };
  for (const frame of [outer, inner])
    document = apply(begin(document), addFrame({ ...frame, color: null }), 0).document;
  const { frames } = layOut(document, [], shapeOf);
  const [out, within] = [frames.get("outer"), frames.get("inner")];
  if (out === undefined || within === undefined) throw new Error("a frame was lost");
  expect(centreIn({ x: within[0], y: within[1], width: within[2], height: within[3] }, out)).toBe(true);
  expect(out[2]).toBeGreaterThan(within[2]);
});

test("a circle of wires is laid out, too", () => {
  const document = chain(3);
  document.wires.push({ from: ["k2", "LATENT"], to: ["k0", "latent_image"] });
  expect(layOut(document, [], shapeOf).nodes.size).toBe(4);
});

test("two thousand nodes in one chain, all fed by one loader, are laid out without recursion", () => {
  const document = chain(2_000);
  const { nodes } = layOut(document, [], shapeOf);
  expect(nodes.size).toBe(2_001);
  expect(nodes.get("k1999")?.[0]).toBeGreaterThan(nodes.get("k0")?.[0] ?? Infinity);
});

test("parts without a wire between them do not lie on each other", () => {
  const document = chain(3);
  for (let index = 0; index < 12; index += 1) {
    document.nodes.push({ ...newNode(emptyDocument(""), "CLIPTextEncode", [0, 0]), id: `loose${index}` });
  }
  const boxes = placed(document, layOut(document, [], shapeOf));
  expect(overlaps(boxes)).toEqual([]);
  expect(around(boxes)?.width).toBeLessThan(2_000);
});
