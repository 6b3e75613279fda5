import { expect, test } from "vitest";
import { nameWires } from "@/graph/commands/named";
import { type NodeMode, type WorkflowDocument, wireId } from "@/graph/document";
import { apply, begin } from "@/graph/history";
import { idleNodes } from "@/graph/idle";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();
const start = firstPicture();

function moded(document: WorkflowDocument, modes: Record<string, NodeMode>): WorkflowDocument {
  return { ...document, nodes: document.nodes.map((node) => ({ ...node, mode: modes[node.id] ?? node.mode })) };
}

const idle = (document: WorkflowDocument) => [...idleNodes(document, catalogue)].sort();

test("nothing is idle while nothing is muted", () => {
  expect(idle(start)).toEqual([]);
  expect(idle(moded(start, { decode: "bypassed" }))).toEqual([]);
});

test("what needs a muted node will not run, nor what needs that; what feeds it does", () => {
  expect(idle(moded(start, { sampler: "muted" }))).toEqual(["decode", "picture"]);
  expect(idle(moded(start, { picture: "muted" }))).toEqual([]);
  expect(idle(moded(start, { size: "muted" }))).toEqual(["decode", "picture", "sampler"]);
});

test("a bypassed node passes on that nothing comes, for the input that it would have passed on", () => {
  const types = new Map(start.nodes.map(({ id, type }) => [id, type]));
  expect(types.get("sampler")).toBe("KSampler");
  // The sampler would pass on its latent, so the muted prompt does not matter behind it.
  expect(idle(moded(start, { sampler: "bypassed", prompt: "muted" }))).toEqual([]);
  expect(idle(moded(start, { sampler: "bypassed", size: "muted" }))).toEqual(["decode", "picture"]);
});

test("named wires carry it too", () => {
  const wires = start.wires.filter(({ to }) => to[0] === "decode" && to[1] === "samples").map(wireId);
  const named = apply(begin(start), nameWires(wires, "painted"), 0).document;
  expect(idle(moded(named, { sampler: "muted" }))).toEqual(["decode", "picture"]);
});
