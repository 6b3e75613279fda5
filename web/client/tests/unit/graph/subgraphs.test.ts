import { expect, test } from "vitest";
import { remove } from "@/graph/commands/nodes";
import { connect } from "@/graph/commands/wires";
import { refusal } from "@/graph/connect";
import { copyFragment, pasteFragment } from "@/graph/fragment";
import { apply, begin, undo } from "@/graph/history";
import { readDocument, readSubgraphs } from "@/graph/io/read";
import { hasSender, namedAt } from "@/graph/named";
import { withSubgraphs } from "@/graph/subgraphSpecs";
import { shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();
const PAINT = {
  id: "paint",
  title: "Paint",
  inputs: [
    { id: "i1", name: "prompt", type: "CONDITIONING" },
    { id: "i2", name: "steps", type: "INT" },
  ],
  outputs: [{ id: "o1", name: "latent", type: "LATENT" }],
  widgets: [{ id: "w1", name: "strength", node: "sampler", widget: "cfg", colour: "kept" }],
  nodes: [{ id: "sampler", type: "KSampler", widgets: { cfg: 4.5 } }],
  wires: [
    { from: ["$inputs", "i1"], to: ["sampler", "positive"] },
    { from: ["$inputs", "i2"], to: ["sampler", "steps"] },
    { from: ["sampler", "LATENT"], to: ["$outputs", "o1"] },
  ],
  odd: 1,
};
const stated = {
  noiseloom: 2,
  id: "x",
  title: "",
  nodes: [
    { id: "text", type: "CLIPTextEncode" },
    { id: "p", type: "subgraph:paint", widgets: { w1: 7 } },
    { id: "decode", type: "VAEDecode" },
  ],
  wires: [{ from: ["p", "o1"], to: ["decode", "samples"] }],
  named: [
    { name: "words", from: ["text", "CONDITIONING"], note: "kept" },
    { name: "words", to: ["p", "i1"] },
  ],
  subgraphs: [PAINT],
};
const document = readDocument(structuredClone(stated));

test("reading keeps definitions, promoted values and named wires as they were", () => {
  expect(document.subgraphs).toMatchObject([PAINT]);
  expect(document.named).toEqual(stated.named);
  expect(document.nodes[1]?.widgets).toEqual({ w1: 7 });
});

test("an instance has its definition's title, sockets by name and promoted widgets with the values inside", () => {
  const spec = withSubgraphs(catalogue, document).get("subgraph:paint");
  expect(spec?.title).toBe("Paint");
  expect(spec?.inputs.map(({ name, label, type }) => [name, label, type])).toEqual([
    ["i1", "prompt", "CONDITIONING"],
    ["i2", "steps", "INT"],
    ["w1", "strength", "FLOAT"],
  ]);
  expect(spec?.inputs[2]?.widget).toMatchObject({ kind: "number", default: 4.5 });
  expect(spec?.outputs).toMatchObject([{ name: "o1", label: "latent", type: "LATENT" }]);
});

test("the catalogue is the same object while the definitions are", () => {
  expect(withSubgraphs(catalogue, { ...document })).toBe(withSubgraphs(catalogue, document));
  expect(withSubgraphs(catalogue, { subgraphs: [] })).toBe(catalogue);
});

test("a sub-graph placed in another gives it its promoted widgets; one that holds itself has no spec", () => {
  const outer = {
    id: "outer",
    widgets: [{ id: "deep", node: "in", widget: "w1" }],
    nodes: [{ id: "in", type: "subgraph:paint", widgets: { w1: 9 } }],
  };
  const loop = { id: "loop", nodes: [{ id: "a", type: "subgraph:loop" }] };
  const subgraphs = readSubgraphs([outer, loop, ...(document.subgraphs ?? [])]);
  const known = withSubgraphs(catalogue, { subgraphs });
  expect(known.get("subgraph:outer")?.inputs[0]).toMatchObject({ name: "deep", widget: { default: 9 } });
  expect(known.has("subgraph:loop")).toBe(false);
});

test("wires to an instance are judged by its sockets' types", () => {
  const known = withSubgraphs(catalogue, document);
  expect(refusal(document, known, { from: ["text", "CONDITIONING"], to: ["p", "i1"] })).toBeNull();
  expect(refusal(document, known, { from: ["decode", "IMAGE"], to: ["p", "i1"] })).not.toBeNull();
});

test("deleting a sender leaves its receivers, which say so, and undo brings it back", () => {
  const gone = apply(begin(document), remove(["text"]), 0);
  expect(namedAt(gone.document, "p").in.get("i1")).toBe("words");
  expect(hasSender(gone.document, "words")).toBe(false);
  expect(undo(gone).document.named).toEqual(document.named);
});

test("a drawn wire takes the place of a named one", () => {
  const wired = apply(begin(document), connect({ from: ["text", "CONDITIONING"], to: ["p", "i1"] }), 0);
  expect(namedAt(wired.document, "p").in.size).toBe(0);
  expect(hasSender(wired.document, "words")).toBe(true);
});

test("a copied instance takes its definition and what it receives by name into another workflow", () => {
  const fragment = copyFragment(document, ["p"]);
  const empty = readDocument({ noiseloom: 2, nodes: [] });
  const pasted = apply(begin(empty), pasteFragment(empty, fragment, [0, 0], false).command, 0).document;
  expect(pasted.subgraphs).toMatchObject([PAINT]);
  expect(pasted.named).toEqual([{ name: "words", to: ["p", "i1"] }]);
});
