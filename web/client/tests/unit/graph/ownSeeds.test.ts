import { expect, test } from "vitest";
import { hasHiddenSeeds, ownSeeds } from "@/graph/commands/subgraphs/ownSeeds";
import type { WorkflowDocument } from "@/graph/document";
import { apply, begin, undo } from "@/graph/history";
import { readDocument } from "@/graph/io/read";
import { withSeedsDrawn } from "@/graph/seeds";
import { withSubgraphs } from "@/graph/subgraphSpecs";
import type { Subgraph } from "@/graph/subgraphs";
import { shippedCatalogue } from "../samples";

type Part = Record<string, unknown>;
const part = (id: string, nodes: Part[], more: Part = {}) => ({
  id,
  title: id,
  inputs: [],
  outputs: [],
  widgets: [],
  nodes,
  wires: [],
  ...more,
});
const sampler = (mode: string | null, seed = "7") => ({
  id: "s",
  type: "KSampler",
  widgets: { seed },
  ...(mode === null ? {} : { seeds: { seed: mode } }),
});
const twice = (subgraphs: Part[], type = "subgraph:paint") =>
  readDocument({
    noiseloom: 2,
    id: "x",
    title: "",
    nodes: ["a", "b"].map((id) => ({ id, type })),
    wires: [],
    subgraphs,
  });
const catalogueOf = (document: WorkflowDocument) => withSubgraphs(shippedCatalogue(), document);
const definition = (document: WorkflowDocument, id: string) =>
  document.subgraphs?.find((item) => item.id === id) as Subgraph;
const seedOf = (document: WorkflowDocument, node: string, widget: string) =>
  document.nodes.find((item) => item.id === node)?.widgets[widget];
const named = () => "Seed";

test("an instance is given a seed of its own; the others keep the one they had, and one undo takes all of it back", () => {
  const document = twice([part("paint", [sampler(null)])]);
  expect(hasHiddenSeeds(document, catalogueOf(document), definition(document, "paint"))).toBe(true);
  const command = ownSeeds(catalogueOf(document), "paint", { id: "b", holder: undefined }, named, () => "99");
  const history = apply(begin(document), command, 0);
  const [face] = definition(history.document, "paint").widgets;
  expect(face).toMatchObject({ name: "Seed", node: "s", widget: "seed" });
  expect(seedOf(history.document, "a", face?.id ?? "")).toBe("7");
  expect(seedOf(history.document, "b", face?.id ?? "")).toBe("99");
  expect(hasHiddenSeeds(history.document, catalogueOf(document), definition(history.document, "paint"))).toBe(false);
  expect(undo(history).document).toEqual(document);
});

test("a random seed stays random on every instance, so each run draws for each of them", () => {
  const document = twice([part("paint", [sampler("random")])]);
  const command = ownSeeds(catalogueOf(document), "paint", { id: "b", holder: undefined }, named, () => "99");
  const { document: shown } = apply(begin(document), command, 0);
  const id = definition(shown, "paint").widgets[0]?.id ?? "";
  expect(shown.nodes.map((node) => node.seeds)).toEqual([{ [id]: "random" }, { [id]: "random" }]);
  const { document: sent } = withSeedsDrawn(shown, catalogueOf(shown));
  expect(seedOf(sent, "a", id)).not.toBe(seedOf(sent, "b", id));
});

test("a seed two sub-graphs deep comes out through both; one that a wire feeds stays where it is", () => {
  const outer = part("outer", [{ id: "in", type: "subgraph:paint" }]);
  const document = twice([outer, part("paint", [sampler(null)])], "subgraph:outer");
  const command = ownSeeds(catalogueOf(document), "outer", { id: "a", holder: undefined }, named, () => "99");
  const { document: shown } = apply(begin(document), command, 0);
  const [inner] = definition(shown, "paint").widgets;
  const [face] = definition(shown, "outer").widgets;
  expect(face).toMatchObject({ node: "in", widget: inner?.id });
  expect(["a", "b"].map((node) => seedOf(shown, node, face?.id ?? ""))).toEqual(["99", "7"]);

  const wires = [{ from: ["$inputs", "i1"], to: ["s", "seed"] }];
  const inputs = [{ id: "i1", name: "seed", type: "INT" }];
  const wired = twice([part("paint", [sampler(null)], { wires, inputs })]);
  expect(hasHiddenSeeds(wired, catalogueOf(wired), definition(wired, "paint"))).toBe(false);
});

/** The seed that the sampler of an instance runs with, as the engine reads it: the outermost that says something. */
function effective(document: WorkflowDocument, node: { type: string; widgets: Part }, above: Part = {}): unknown {
  const inner = document.subgraphs?.find((item) => `subgraph:${item.id}` === node.type);
  if (inner === undefined) return above.seed ?? node.widgets.seed;
  const given = { ...node.widgets, ...above };
  return inner.nodes.map((child) => {
    const overrides = inner.widgets.filter((item) => item.node === child.id && given[item.id] !== undefined);
    return effective(document, child, Object.fromEntries(overrides.map((item) => [item.widget, given[item.id]])));
  });
}

test("random seeds that no instance shows are drawn for each instance, at any depth; fixed ones are shared", () => {
  const outer = part("outer", [{ id: "in", type: "subgraph:paint" }]);
  for (const [document, different] of [
    [twice([part("paint", [sampler("random")])]), true],
    [twice([part("paint", [sampler(null)])]), false],
    [twice([outer, part("paint", [sampler("random")])], "subgraph:outer"), true],
  ] as const) {
    const { document: sent, used } = withSeedsDrawn(document, catalogueOf(document));
    const [a, b] = sent.nodes.map((node) => JSON.stringify(effective(sent, node)));
    expect(a === b).toBe(!different);
    // What the page remembers as the last seed is one that ran.
    expect(a).toContain(String(used.find(({ node }) => node === "s")?.seed));
    expect(sent.nodes.every((node) => Object.values(node.seeds ?? {}).length === 0)).toBe(true);
  }
});

test("one instance alone gets no new setting from its random seed", () => {
  const document = twice([part("paint", [sampler("random")])]);
  const alone = { ...document, nodes: document.nodes.slice(0, 1) };
  const { document: sent } = withSeedsDrawn(alone, catalogueOf(alone));
  expect(definition(sent, "paint").widgets).toEqual([]);
  expect(definition(document, "paint").widgets).toEqual([]);
});
