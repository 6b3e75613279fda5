import { expect, test } from "vitest";
import { adopt } from "@/graph/adopt";
import type { GraphNode } from "@/graph/document";
import type { Fragment } from "@/graph/fragment";
import type { Subgraph } from "@/graph/subgraphs";

const node = (id: string, type: string, widgets = {}) => ({ id, type, widgets }) as GraphNode;
const definition = (id: string, nodes: GraphNode[]): Subgraph => ({
  id,
  title: id,
  inputs: [],
  outputs: [],
  widgets: [],
  nodes,
  wires: [],
  frames: [],
});
const piece = (nodes: GraphNode[], subgraphs: Subgraph[]) =>
  ({ noiseloom_fragment: 1, nodes, wires: [], subgraphs }) as unknown as Fragment;

const PAINT = definition("paint", [node("sampler", "KSampler", { steps: 20 })]);
const SERIES = definition("series", [node("one", "subgraph:paint")]);
const OTHER = definition("paint", [node("sampler", "KSampler", { steps: 77 })]);

test("a definition that is the same here is shared", () => {
  const given = piece([node("a", "subgraph:paint")], [structuredClone(PAINT)]);
  expect(adopt([PAINT], given)).toBe(given);
});

test("one that is another by the same id comes under its own, and its instances go by that", () => {
  const { nodes, subgraphs } = adopt([PAINT], piece([node("a", "subgraph:paint")], [OTHER]));
  const [only] = subgraphs ?? [];
  expect(only?.id).not.toBe("paint");
  expect(nodes[0]?.type).toBe(`subgraph:${only?.id}`);
  expect(only?.nodes[0]?.widgets).toEqual({ steps: 77 });
});

test("what holds such a one is another, too", () => {
  const { nodes, subgraphs = [] } = adopt([PAINT, SERIES], piece([node("a", "subgraph:series")], [SERIES, OTHER]));
  const [series, paint] = subgraphs;
  expect(new Set([series?.id, paint?.id, "series", "paint"]).size).toBe(4);
  expect(nodes[0]?.type).toBe(`subgraph:${series?.id}`);
  expect(series?.nodes[0]?.type).toBe(`subgraph:${paint?.id}`);
});

test("what is not known here keeps its id", () => {
  const given = piece([node("a", "subgraph:paint")], [OTHER]);
  expect(adopt([], given)).toBe(given);
});
