import { expect, test } from "vitest";
import { move, rename } from "@/graph/commands/nodes";
import { dissolve } from "@/graph/commands/subgraphs/dissolve";
import { ownCopy, promote, removeFace, renameFace } from "@/graph/commands/subgraphs/faces";
import { makeSubgraph } from "@/graph/commands/subgraphs/make";
import { setSeedMode } from "@/graph/commands/widgets";
import type { WorkflowDocument } from "@/graph/document";
import { apply, begin, undo } from "@/graph/history";
import { canvasAt, validPath, within } from "@/graph/inside";
import { withSeedsDrawn } from "@/graph/seeds";
import { withSubgraphs } from "@/graph/subgraphSpecs";
import { ENTRY, EXIT } from "@/graph/subgraphs";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();

function made(ids = ["sampler", "decode"]) {
  const start = firstPicture();
  const result = makeSubgraph(start, catalogue, ids, "Paint");
  if (result === null) throw new Error("nothing was made");
  const history = apply(begin(start), result.command, 0);
  return { start, history, document: history.document, instance: result.instance, definition: result.definition };
}

/** Wires as text, whatever their order. */
function wired({ wires }: Pick<WorkflowDocument, "wires">): string[] {
  return wires.map(({ from, to }) => `${from.join(".")} > ${to.join(".")}`).sort();
}

test("nodes go inside, wires across the border become sockets with stable ids, and undo takes all of it back", () => {
  const { start, history, document, instance } = made();
  const [definition] = document.subgraphs ?? [];
  expect(definition?.nodes.map((node) => node.id)).toEqual(["sampler", "decode"]);
  expect(definition?.inputs.map((socket) => socket.id)).toEqual(definition?.inputs.map((_, at) => `i${at + 1}`));
  expect(definition?.outputs).toMatchObject([{ id: "o1", type: "IMAGE" }]);
  expect(definition?.inputs.map((socket) => socket.type)).toContain("MODEL");
  for (const { from, to } of document.wires) {
    expect([from[0], to[0]]).not.toContain("sampler");
    if (to[0] === instance) expect(definition?.inputs.map((socket) => socket.id)).toContain(to[1]);
  }
  expect(undo(history).document).toEqual(start);
});

test("a source that feeds two nodes inside is one socket", () => {
  const { document } = made(["prompt", "negative"]);
  expect(document.subgraphs?.[0]?.inputs).toHaveLength(1);
});

test("making and taking apart leaves the graph as it was, under fresh or old ids", () => {
  const { start, document, instance } = made();
  const dissolved = dissolve(document, instance);
  if (dissolved === null) throw new Error("it is no instance");
  const end = apply(begin(document), dissolved.command, 0).document;
  expect(wired(end)).toEqual(wired(start));
  expect(end.nodes.find((node) => node.id === "sampler")?.widgets).toEqual(
    start.nodes.find((node) => node.id === "sampler")?.widgets,
  );
});

test("commands act on the canvas inside, and its edges move but are not deleted", () => {
  const { document, instance } = made();
  const path = [instance];
  const inner = canvasAt(document, path);
  expect(inner.nodes.map((node) => node.id)).toEqual([ENTRY, "sampler", "decode", EXIT]);
  expect(canvasAt(document, path)).toBe(inner);
  const renamed = apply(begin(document), within(rename("sampler", "Mine"), document, path), 0).document;
  expect(canvasAt(renamed, path).nodes[1]?.title).toBe("Mine");
  const moved = apply(begin(document), within(move(new Map([[ENTRY, [8, 16]]])), document, path), 0).document;
  expect(canvasAt(moved, path).nodes[0]?.position).toEqual([8, 16]);
  expect(validPath(document, ["gone"])).toEqual([]);
});

test("the edges are node types inside, and a sub-graph is not offered within itself", () => {
  const { document, instance, definition } = made();
  const inner = canvasAt(document, [instance]);
  const known = withSubgraphs(catalogue, inner);
  expect(known.get(ENTRY)?.outputs.map((output) => output.name)).toContain("i1");
  expect(known.get(EXIT)?.inputs.map((input) => input.name)).toContain("o1");
  expect(known.get(`subgraph:${definition}`)?.deprecated).toBe(true);
  expect(withSubgraphs(catalogue, document).get(`subgraph:${definition}`)?.deprecated).toBe(false);
});

test("a promoted widget begins with the value inside, its seed mode too, and goes with everything it was given", () => {
  const { document, instance, definition } = made();
  const promoted = apply(
    begin(document),
    promote(definition, { node: "sampler", widget: "seed", name: "Seed", value: "7", seed: "random" }),
    0,
  );
  const node = promoted.document.nodes.find((item) => item.id === instance);
  expect(node).toMatchObject({ widgets: { w1: "7" }, seeds: { w1: "random" } });
  const gone = apply(promoted, removeFace(definition, "widgets", "w1"), 5_000).document;
  expect(gone.nodes.find((item) => item.id === instance)?.widgets).toEqual({});
  expect(undo(promoted).document).toEqual(document);
});

test("removing a socket takes its wires inside and out; renaming it keeps them", () => {
  const { document, instance, definition } = made();
  const renamed = apply(begin(document), renameFace(definition, "outputs", "o1", "picture"), 0).document;
  expect(wired(renamed)).toEqual(wired(document));
  const removed = apply(begin(document), removeFace(definition, "outputs", "o1"), 0).document;
  expect(removed.wires.some((wire) => wire.from[0] === instance)).toBe(false);
  expect(removed.subgraphs?.[0]?.wires.some((wire) => wire.to[0] === EXIT)).toBe(false);
});

test("an instance with a copy of its own no longer follows the others", () => {
  const { document, instance } = made();
  const [definition] = document.subgraphs ?? [];
  if (definition === undefined) throw new Error("no definition");
  const own = apply(begin(document), ownCopy(instance, definition, "Own"), 0).document;
  expect(own.subgraphs).toHaveLength(2);
  expect(own.nodes.find((node) => node.id === instance)?.type).toBe(`subgraph:${own.subgraphs?.[1]?.id}`);
});

test("what is sent by name from inside is still sent outside", () => {
  const start = firstPicture();
  start.wires = start.wires.filter((wire) => wire.from[0] !== "decode");
  const target = firstPicture().wires.find((wire) => wire.from[0] === "decode");
  if (target === undefined) throw new Error("nothing shows the picture");
  start.named = [
    { name: "picture", from: target.from },
    { name: "picture", to: target.to },
  ];
  const result = makeSubgraph(start, catalogue, ["decode"], "Decode");
  const document = apply(begin(start), result?.command ?? rename("", ""), 0).document;
  expect(document.named).toContainEqual({ name: "picture", from: [result?.instance, "o1"] });
  const back = dissolve(document, result?.instance ?? "");
  const end = apply(begin(document), back?.command ?? rename("", ""), 0).document;
  expect(end.named?.filter((item) => item.from !== undefined)).toContainEqual({ name: "picture", from: target.from });
});

test("nested: a promoted widget follows its node into a new sub-graph and out again", () => {
  const { document, instance, definition } = made();
  const shownOutside = apply(
    begin(document),
    promote(definition, { node: "sampler", widget: "steps", name: "Steps", value: 9 }),
    0,
  ).document;
  const inner = canvasAt(shownOutside, [instance]);
  const nested = makeSubgraph(inner, withSubgraphs(catalogue, inner), ["sampler"], "Deeper");
  if (nested === null) throw new Error("nothing was made");
  const deep = apply(begin(shownOutside), within(nested.command, shownOutside, [instance]), 0).document;
  const outer = withSubgraphs(catalogue, deep).get(`subgraph:${definition}`);
  expect(outer?.inputs.find((input) => input.name === "w1")?.widget).toMatchObject({ kind: "integer" });
  const again = canvasAt(deep, [instance]);
  const back = dissolve(again, nested.instance);
  const flat = apply(begin(deep), within(back?.command ?? rename("", ""), deep, [instance]), 0).document;
  expect(flat.subgraphs?.[0]?.widgets[0]).toMatchObject({ node: "sampler", widget: "steps" });
});

test("random seeds inside a sub-graph are drawn anew for each run", () => {
  const before = made();
  const random = within(setSeedMode("sampler", "seed", "random"), before.document, [before.instance]);
  const { document } = apply(before.history, random, 0);
  const first = withSeedsDrawn(document, withSubgraphs(catalogue, document));
  const second = withSeedsDrawn(document, withSubgraphs(catalogue, document));
  const seed = (drawn: typeof first) => drawn.document.subgraphs?.[0]?.nodes[0]?.widgets.seed;
  expect(seed(first)).not.toBe(seed(second));
  expect(first.used).toContainEqual(expect.objectContaining({ node: "sampler", name: "seed", seed: seed(first) }));
});
