import { expect, test } from "vitest";
import { setUnframed } from "@/graph/commands/nodes";
import { makeSubgraph } from "@/graph/commands/subgraphs/make";
import { setWidgets } from "@/graph/commands/widgets";
import { apply, begin, undo } from "@/graph/history";
import { filtered, type OutlineRow, outlineOf, seenRows } from "@/graph/outline";
import { sharedWidgets } from "@/graph/sharedWidgets";
import { runOrder } from "@/graph/walk";
import { firstPicture, shapeOf, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();
const flat = (rows: readonly OutlineRow[]): OutlineRow[] => rows.flatMap((row) => [row, ...flat(row.children)]);
const nodesOf = (rows: readonly OutlineRow[]) => flat(rows).filter((row) => row.kind === "node");

test("every node is there once; frames are branches that hold what stands in them", () => {
  const document = firstPicture();
  const rows = outlineOf(document, shapeOf);
  expect(
    nodesOf(rows)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(document.nodes.map(({ id }) => id).sort());
  expect(rows.filter(({ kind }) => kind === "frame")).toHaveLength(document.frames.length);
  expect(rows.flatMap(({ children }) => children).length).toBeGreaterThan(0);
});

test("a node that is kept out of frames is a branch of its own, until it joins again", () => {
  const before = begin(firstPicture());
  const out = apply(before, setUnframed(["size"], true), 0);
  const rows = outlineOf(out.document, shapeOf);
  expect(rows.some((row) => row.id === "size")).toBe(true);
  const again = apply(out, setUnframed(["size"], false), 0);
  expect(again.document).toEqual(before.document);
});

test("nodes have their place in the run order", () => {
  const document = firstPicture();
  for (const row of nodesOf(outlineOf(document, shapeOf))) {
    expect(row.kind === "node" && runOrder(document)[row.place - 1]).toBe(row.id);
  }
});

test("a sub-graph is a branch whose rows are called as a run calls them; its edges are no rows", () => {
  const start = firstPicture();
  const made = makeSubgraph(start, catalogue, ["sampler", "decode"], "Paint");
  if (made === null) throw new Error("nothing was made");
  const { document } = apply(begin(start), made.command, 0);
  const branch = nodesOf(outlineOf(document, shapeOf)).find(({ id }) => id === made.instance);
  expect(
    nodesOf(branch?.children ?? [])
      .map(({ key }) => key)
      .sort(),
  ).toEqual([`${made.instance}:decode`, `${made.instance}:sampler`]);
});

test("a filter keeps the way to what it finds; closed branches hide their rows", () => {
  const rows = outlineOf(firstPicture(), shapeOf);
  const found = filtered(rows, (row) => row.id === "sampler");
  expect(nodesOf(found).map(({ id }) => id)).toEqual(["sampler"]);
  expect(seenRows(rows, () => false)).toHaveLength(rows.length);
  const open = seenRows(found, () => true);
  expect(open.at(-1)).toMatchObject({ parent: open.length > 1 ? open[0]?.row.key : null, at: 1, among: 1 });
});

test("nodes of one type share all but seeds and wired widgets; setting is one step", () => {
  const start = firstPicture();
  const sampler = start.nodes.find(({ id }) => id === "sampler");
  if (sampler === undefined) throw new Error("no sampler");
  const other = { ...structuredClone(sampler), id: "other", widgets: { ...sampler.widgets, steps: 3 } };
  const document = { ...start, nodes: [...start.nodes, other] };
  const shared = sharedWidgets(document, catalogue, [sampler, other]);
  const names = shared.map(({ input }) => input.name);
  expect(names).toContain("steps");
  expect(names).not.toContain("seed");
  expect(shared.find(({ input }) => input.name === "steps")?.values).toHaveLength(2);
  const history = apply(begin(document), setWidgets(["sampler", "other"], "steps", 9), 0);
  const steps = history.document.nodes.filter(({ type }) => type === sampler.type).map(({ widgets }) => widgets.steps);
  expect(steps).toEqual([9, 9]);
  expect(undo(history).document).toEqual(document);
});
