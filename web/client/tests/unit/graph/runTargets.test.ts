import { expect, test } from "vitest";
import { nameWires } from "@/graph/commands/named";
import { makeSubgraph } from "@/graph/commands/subgraphs/make";
import { type NodeMode, newNode, type WorkflowDocument, wireId } from "@/graph/document";
import { apply, begin } from "@/graph/history";
import { outputsFrom, targetsUpTo } from "@/graph/runTargets";
import { withSubgraphs } from "@/graph/subgraphSpecs";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();

/** The first workflow with a second, unrelated output: an empty picture that is shown. */
function start(): WorkflowDocument {
  const document = firstPicture();
  const blank = { ...newNode(document, "EmptyImage", [0, 900]), id: "blank" };
  const aside = { ...newNode(document, "PreviewImage", [300, 900]), id: "aside" };
  return {
    ...document,
    nodes: [...document.nodes, blank, aside],
    wires: [...document.wires, { from: ["blank", "IMAGE"], to: ["aside", "images"] }],
  };
}

function made(document: WorkflowDocument, ids: string[]): { document: WorkflowDocument; instance: string } {
  const result = makeSubgraph(document, withSubgraphs(catalogue, document), ids, "Part");
  if (result === null) throw new Error("nothing was made");
  return { document: apply(begin(document), result.command, 0).document, instance: result.instance };
}

function moded(document: WorkflowDocument, id: string, mode: NodeMode): WorkflowDocument {
  return { ...document, nodes: document.nodes.map((node) => (node.id === id ? { ...node, mode } : node)) };
}

const from = (document: WorkflowDocument, ids: string[], path: string[] = []) =>
  outputsFrom(document, withSubgraphs(catalogue, document), path, ids);
const upTo = (document: WorkflowDocument, ids: string[], path: string[] = []) =>
  targetsUpTo(document, withSubgraphs(catalogue, document), path, ids);

test("from a node: the outputs it feeds and no other; from an output: itself", () => {
  expect(from(start(), ["sampler"])).toEqual(["picture"]);
  expect(from(start(), ["blank"])).toEqual(["aside"]);
  expect(from(start(), ["aside"])).toEqual(["aside"]);
  expect(from(start(), ["prompt", "blank"]).sort()).toEqual(["aside", "picture"]);
});

test("a muted node on the way ends it, a bypassed one passes on", () => {
  expect(from(moded(start(), "decode", "muted"), ["sampler"])).toEqual([]);
  expect(from(moded(start(), "decode", "bypassed"), ["sampler"])).toEqual(["picture"]);
  expect(from(moded(start(), "picture", "muted"), ["sampler"])).toEqual([]);
  expect(from(moded(start(), "sampler", "muted"), ["sampler"])).toEqual([]);
});

test("named wires are followed, into sub-graphs too", () => {
  const document = start();
  const wires = document.wires.filter(({ to }) => to[0] === "decode").map(wireId);
  const named = apply(begin(document), nameWires(wires, "painted"), 0).document;
  expect(from(named, ["sampler"])).toEqual(["picture"]);
  // Inside, it receives from the canvas around it.
  const inner = { ...newNode(named, "VAEDecode", [0, 0]), id: "inner" };
  const definition = { id: "d", title: "", inputs: [], outputs: [], widgets: [], frames: [] };
  const end = { name: "painted", to: ["inner", "samples"] as [string, string] };
  const shown = { ...newNode(named, "PreviewImage", [0, 0]), id: "shown" };
  const wire = { from: ["inner", "IMAGE"] as [string, string], to: ["shown", "images"] as [string, string] };
  const whole: WorkflowDocument = {
    ...named,
    nodes: [...named.nodes, { ...newNode(named, "subgraph:d", [0, 0]), id: "placed" }],
    subgraphs: [{ ...definition, nodes: [inner, shown], wires: [wire], named: [end] }],
  };
  expect(from(whole, ["sampler"]).sort()).toEqual(["picture", "placed:shown"]);
});

test("the way leads out of a sub-graph and into the next, and outputs inside are called as the run calls them", () => {
  const first = made(start(), ["sampler", "decode"]);
  const second = made(first.document, ["picture"]);
  const { document } = second;
  const output = `${second.instance}:picture`;
  expect(from(document, ["sampler"], [first.instance])).toEqual([output]);
  expect(from(document, ["prompt"])).toEqual([output]);
  expect(from(document, [second.instance])).toEqual([output]);
  expect(from(document, ["picture"], [second.instance])).toEqual([output]);
  expect(from(moded(document, second.instance, "muted"), ["prompt"])).toEqual([]);
  expect(from(moded(document, first.instance, "muted"), ["sampler"], [first.instance])).toEqual([]);
});

test("only what a socket reaches inside a sub-graph is followed", () => {
  const { document, instance } = made(start(), ["decode", "picture", "blank", "aside"]);
  expect(from(document, ["sampler"])).toEqual([`${instance}:picture`]);
  expect(from(document, [instance]).sort()).toEqual([`${instance}:aside`, `${instance}:picture`]);
});

test("up to a node: the node; of an instance what it sends out; inside one by its way", () => {
  expect(upTo(start(), ["sampler"])).toEqual(["sampler"]);
  const { document, instance } = made(start(), ["sampler", "decode"]);
  expect(upTo(document, [instance])).toEqual([`${instance}:decode`]);
  expect(upTo(document, ["sampler"], [instance])).toEqual([`${instance}:sampler`]);
  const twice = made(document, [instance]);
  expect(upTo(twice.document, [twice.instance])).toEqual([`${twice.instance}:${instance}:decode`]);
});

test("up to a bypassed node: what feeds it; what is muted or no node is no target", () => {
  expect(upTo(moded(start(), "decode", "bypassed"), ["decode"]).sort()).toEqual(["loader", "sampler"]);
  expect(upTo(moded(start(), "decode", "muted"), ["decode", "say"])).toEqual([]);
});

test("a sub-graph that holds itself ends", () => {
  const { document, instance } = made(start(), ["sampler", "decode"]);
  const [definition] = document.subgraphs ?? [];
  if (definition === undefined) throw new Error("no definition");
  const within = { ...newNode(document, `subgraph:${definition.id}`, [0, 0]), id: "again" };
  const ring = { ...document, subgraphs: [{ ...definition, nodes: [...definition.nodes, within] }] };
  expect(from(ring, [instance])).toEqual(["picture"]);
});
