import { expect, test } from "vitest";
import { bestSockets, compatibleSockets, conversion, obviousSources } from "@/graph/candidates";
import { addNode } from "@/graph/commands/nodes";
import { connect } from "@/graph/commands/wires";
import { incomingWires, newNode, nodeIndex, type Wire, type WorkflowDocument } from "@/graph/document";
import { findNodes } from "@/graph/find";
import { apply, begin, type Command } from "@/graph/history";
import type { NodeSpec } from "@/graph/spec";
import { extract, moveWires, removeAndHeal, roomAfter, spliceOfNode, spliceWires, swapInputs } from "@/graph/splice";
import { swapNode, wiresKept } from "@/graph/swap";
import { copyValues, parseValues, pasteValues } from "@/graph/values";
import { ancestors, beside, descendants, downstream, runOrder, upstream } from "@/graph/walk";
import { firstPicture, shapeOf, shippedCatalogue } from "../samples";

const CATALOGUE = shippedCatalogue();
const after = (document: WorkflowDocument, command: Command) => apply(begin(document), command, 0).document;
const spec = (type: string) => CATALOGUE.get(type) as NodeSpec;
const wireInto = (document: WorkflowDocument, node: string, input: string) =>
  incomingWires(document, node).get(input) as Wire;

/** The first picture with a LoRA loader beside it. */
function withLora(): WorkflowDocument {
  const document = firstPicture();
  return after(document, addNode(newNode(document, "LoraLoader", [300, 100])));
}

test("a node is put into a wire of its type, and the wire's ends stay", () => {
  const document = withLora();
  const wire = wireInto(document, "sampler", "model");
  const splice = spliceOfNode(document, CATALOGUE, wire, "loraloader");
  expect(splice).toEqual({ input: "model", output: "MODEL" });
  const spliced = after(document, spliceWires(wire, "loraloader", splice as NonNullable<typeof splice>));
  expect(wireInto(spliced, "loraloader", "model").from).toEqual(wire.from);
  expect(wireInto(spliced, "sampler", "model").from).toEqual(["loraloader", "MODEL"]);
});

test("a node whose types do not fit, or that is an end of the wire, is not put into it", () => {
  const document = withLora();
  expect(spliceOfNode(document, CATALOGUE, wireInto(document, "decode", "samples"), "loraloader")).toBeNull();
  expect(spliceOfNode(document, CATALOGUE, wireInto(document, "sampler", "model"), "sampler")).toBeNull();
});

test("what follows makes room by one distance, and only as much as is needed", () => {
  const document = withLora();
  const wire = wireInto(document, "sampler", "model");
  const sampler = nodeIndex(document).get("sampler")?.position[0] ?? 0;
  const places = roomAfter(document, wire, sampler + 100, shapeOf, "loraloader");
  expect(places.get("sampler")?.[0]).toBe(sampler + 144);
  expect(places.has("decode")).toBe(true);
  expect(places.has("prompt")).toBe(false);
  expect(roomAfter(document, wire, sampler - 400, shapeOf, "loraloader").size).toBe(0);
});

test("deleting a node in the middle of a path closes the path", () => {
  const document = withLora();
  const wire = wireInto(document, "sampler", "model");
  const spliced = after(document, spliceWires(wire, "loraloader", { input: "model", output: "MODEL" }));
  const healed = after(spliced, removeAndHeal(spliced, CATALOGUE, ["loraloader"]));
  expect(wireInto(healed, "sampler", "model").from).toEqual(wire.from);
  expect(healed.wires).toHaveLength(document.wires.length);
});

test("extracting does the same and keeps the node", () => {
  const document = withLora();
  const wire = wireInto(document, "sampler", "model");
  const spliced = after(document, spliceWires(wire, "loraloader", { input: "model", output: "MODEL" }));
  const out = after(spliced, extract(spliced, CATALOGUE, ["loraloader"]));
  expect(nodeIndex(out).has("loraloader")).toBe(true);
  expect(incomingWires(out, "loraloader").size).toBe(0);
  expect(wireInto(out, "sampler", "model").from).toEqual(wire.from);
});

test("all wires of an output move to another that fits; the others stay and are counted", () => {
  const document = withLora();
  const wires = document.wires.filter((wire) => wire.from[0] === "loader");
  const moved = moveWires(document, CATALOGUE, wires, ["loraloader", "CLIP"]);
  expect(moved.moved).toBe(2);
  expect(moved.stayed).toBe(wires.length - 2);
});

test("two inputs of one type change their wires", () => {
  const document = firstPicture();
  const swapped = after(document, swapInputs(document, CATALOGUE, "sampler") as Command);
  expect(wireInto(swapped, "sampler", "positive").from[0]).toBe("negative");
  expect(wireInto(swapped, "sampler", "negative").from[0]).toBe("prompt");
  expect(swapInputs(document, CATALOGUE, "decode")).toBeNull();
});

test("another type in a node's place keeps wires by name and values by name", () => {
  const document = firstPicture();
  const swap = swapNode(document, CATALOGUE, "sampler", spec("KSamplerAdvanced"));
  expect([swap.kept, swap.of]).toEqual([5, 5]);
  const swapped = after(document, swap.command);
  const sampler = nodeIndex(swapped).get("sampler");
  expect(sampler?.type).toBe("KSamplerAdvanced");
  expect(sampler?.widgets.steps).toBe(nodeIndex(document).get("sampler")?.widgets.steps);
  expect(sampler?.widgets).not.toHaveProperty("denoise");
  expect(wiresKept(document, CATALOGUE, "sampler", spec("CLIPTextEncode"))).toBe(0);
});

test("a wire over a node finds its best socket; two that are equal are both named", () => {
  const loose = { node: "prompt", socket: "CONDITIONING", side: "output", type: "CONDITIONING" } as const;
  expect(bestSockets(loose, spec("KSampler"), new Set())).toEqual(["positive", "negative"]);
  expect(bestSockets(loose, spec("KSampler"), new Set(["positive"]))).toEqual(["negative"]);
  expect(bestSockets(loose, spec("VAEDecode"), new Set())).toEqual([]);
});

test("a picture becomes a latent by the usual node, with the autoencoder the workflow has", () => {
  expect(conversion(CATALOGUE, "IMAGE", "LATENT")?.spec.id).toBe("VAEEncode");
  expect(conversion(CATALOGUE, "LATENT", "IMAGE")?.spec.id).toBe("VAEDecode");
  expect(conversion(CATALOGUE, "VAE", "NOISE")).toBeNull();
  const sources = obviousSources(firstPicture(), CATALOGUE, spec("VAEEncode"), "pixels");
  expect([...sources]).toEqual([["vae", ["loader", "VAE"]]]);
});

test("compatible sockets come nearest first, wired ones last, and never close a circle", () => {
  const document = firstPicture();
  const loose = { node: "sampler", socket: "LATENT", side: "output", type: "LATENT" } as const;
  const found = compatibleSockets(document, CATALOGUE, loose, shapeOf);
  expect(found.map(({ node, name }) => [node, name])).toEqual([["decode", "samples"]]);
  const back = { node: "prompt", socket: "clip", side: "input", type: "CLIP" } as const;
  expect(compatibleSockets(document, CATALOGUE, back, shapeOf).map(({ node }) => node)).toEqual(["loader"]);
});

test("walking goes along wires, and the run order puts sources first", () => {
  const document = firstPicture();
  expect(downstream(document, "sampler")).toEqual(["decode"]);
  expect(new Set(upstream(document, "sampler"))).toEqual(new Set(["loader", "prompt", "negative", "size"]));
  expect(beside(document, "loader", 1, shapeOf)).toBe("size");
  expect(beside(document, "negative", -1, shapeOf)).toBe("prompt");
  const order = runOrder(document);
  for (const { from, to } of document.wires) expect(order.indexOf(from[0])).toBeLessThan(order.indexOf(to[0]));
  expect(descendants(document, ["sampler"]).has("decode")).toBe(true);
  expect(ancestors(document, ["decode"]).has("loader")).toBe(true);
});

test("values go to widgets of their names that take them; the rest is told", () => {
  const document = firstPicture();
  const copied = parseValues(JSON.stringify(copyValues(document, CATALOGUE, ["prompt", "size"])));
  if (copied === null) throw new Error("the values were not read back");
  const pasted = pasteValues(document, CATALOGUE, copied, ["negative"]);
  expect(pasted.set).toBe(1);
  expect(pasted.misfits).toContain("width");
  expect(nodeIndex(after(document, pasted.command)).get("negative")?.widgets.text).toBe(
    nodeIndex(document).get("prompt")?.widgets.text,
  );
  expect(parseValues('{"noiseloom_values": 2}')).toBeNull();
});

test("a value out of a widget's limits is not pasted", () => {
  const copied = { noiseloom_values: 1, values: { steps: -5, cfg: "much" } } as const;
  expect(pasteValues(firstPicture(), CATALOGUE, copied, ["sampler"]).misfits).toEqual(["steps", "cfg"]);
});

test("finding looks at titles first, then at values and problems", () => {
  const document = firstPicture();
  const told = (id: string) => ({ title: id, problem: id === "decode" ? "out of memory" : "" });
  expect(findNodes(document, "sampler", told)[0]).toBe("sampler");
  expect(findNodes(document, "circle", told)).toEqual(["prompt"]);
  expect(findNodes(document, "memory", told)).toEqual(["decode"]);
  expect(findNodes(document, "  ", told)).toEqual([]);
});

test("a wire to a node that is gone joins nothing", () => {
  const document = firstPicture();
  expect(after(document, connect({ from: ["loader", "MODEL"], to: ["sampler", "model"] }))).toEqual(document);
});
