import { expect, test } from "vitest";
import { addNode } from "@/graph/commands/nodes";
import { markPublished, takeIn, updateFromLibrary } from "@/graph/commands/subgraphs/library";
import type { WorkflowDocument } from "@/graph/document";
import { newNode } from "@/graph/document";
import { apply, begin, undo } from "@/graph/history";
import { canvasAt, within } from "@/graph/inside";
import { readDocument } from "@/graph/io/read";
import { originOf, outdated, type Published, publishedDocument, publishedIn } from "@/graph/published";

const inner = (text: string) => ({
  id: "inner",
  title: "Inner",
  inputs: [],
  outputs: [{ id: "o1", name: "text", type: "STRING" }],
  widgets: [],
  nodes: [{ id: "text", type: "Text", widgets: { text } }],
  wires: [{ from: ["text", "STRING"], to: ["$outputs", "o1"] }],
});
const outer = (more: object = {}) => ({
  id: "outer",
  title: "Outer",
  inputs: [
    { id: "i1", name: "image", type: "IMAGE" },
    { id: "i2", name: "mask", type: "MASK" },
  ],
  outputs: [{ id: "o1", name: "image", type: "IMAGE" }],
  widgets: [{ id: "w1", name: "radius", node: "blur", widget: "radius" }],
  nodes: [
    { id: "blur", type: "Blur", widgets: { radius: 1 } },
    { id: "deep", type: "subgraph:inner" },
  ],
  wires: [{ from: ["$inputs", "i1"], to: ["blur", "image"] }],
  ...more,
});
const workflow = (subgraphs: object[], nodes: object[] = [{ id: "a", type: "subgraph:outer", widgets: { w1: 5 } }]) =>
  readDocument({ noiseloom: 2, id: "x", title: "", nodes, wires: [], subgraphs });
const HOME = workflow([outer(), inner("one")]);
const EMPTY = workflow([], []);

function publish(document: WorkflowDocument, revision: string): Published {
  const definition = document.subgraphs?.find(({ id }) => id === "outer");
  if (definition === undefined) throw new Error("no definition");
  const written = publishedDocument(document, definition, document.nodes[0], "Soft");
  const found = publishedIn(readDocument(JSON.parse(JSON.stringify(written))), { name: "Soft", revision }, "Blurs.");
  if (found === null) throw new Error("not published");
  return found;
}
const FIRST = publish(HOME, "r1");

/** A document with an instance of what it takes in. */
function placed(document: WorkflowDocument, published: Published): WorkflowDocument {
  const { command, type } = takeIn(document, published);
  const taken = apply(begin(document), command, 0).document;
  return apply(begin(taken), addNode(newNode(taken, type, [0, 0])), 0).document;
}
const definitions = (document: WorkflowDocument) => (document.subgraphs ?? []).map(({ id }) => id);

test("what is published is one instance, its values, and every definition that it needs", () => {
  expect(FIRST.root.title).toBe("Soft");
  expect(FIRST.all.map(({ id }) => id).sort()).toEqual(["inner", "outer"]);
  expect(FIRST.widgets).toEqual({ w1: 5 });
  expect(publishedIn(EMPTY, { name: "x", revision: "" }, "")).toBeNull();
});

test("a workflow takes it in with the nested ones, marked; a second time nothing is added", () => {
  const once = placed(EMPTY, FIRST);
  expect(definitions(once).sort()).toEqual(["inner", "outer"]);
  expect(originOf(once.subgraphs?.find(({ id }) => id === "outer") ?? FIRST.root)).toEqual({
    name: "Soft",
    revision: "r1",
  });
  const twice = placed(once, FIRST);
  expect(definitions(twice)).toEqual(definitions(once));
  expect(new Set(twice.nodes.map(({ type }) => type)).size).toBe(1);
});

test("an id that means something else here is not overwritten, also deep inside", () => {
  const other = workflow([inner("another"), outer({ title: "Mine" })]);
  const both = placed(other, FIRST);
  expect(both.subgraphs?.length).toBe(4);
  expect(both.subgraphs?.find(({ id }) => id === "inner")?.nodes[0]?.widgets.text).toBe("another");
  const root = both.subgraphs?.find((item) => originOf(item) !== null);
  const deep = root?.nodes.find(({ id }) => id === "deep")?.type.slice("subgraph:".length);
  expect(both.subgraphs?.find(({ id }) => id === deep)?.nodes[0]?.widgets.text).toBe("one");
});

test("within its own inside it is copied, so that nothing holds itself", () => {
  const once = placed(EMPTY, FIRST);
  const path = [once.nodes[0]?.id ?? ""];
  const canvas = canvasAt(once, path);
  const { command, type } = takeIn(canvas, FIRST);
  expect(type).not.toBe("subgraph:outer");
  const taken = apply(begin(once), within(command, once, path), 0).document;
  expect(taken.subgraphs?.some(({ id }) => `subgraph:${id}` === type)).toBe(true);
});

test("a newer version updates in place: what still fits stays, what is gone goes, and one undo brings all back", () => {
  const used = placed(EMPTY, FIRST);
  const [node] = used.nodes;
  if (node === undefined) throw new Error("no instance");
  const wired: WorkflowDocument = {
    ...used,
    nodes: [
      { ...node, widgets: { w1: 9 } },
      { ...node, id: "load", type: "Load" },
    ],
    wires: [
      { from: ["load", "IMAGE"], to: [node.id, "i1"] },
      { from: ["load", "MASK"], to: [node.id, "i2"] },
    ],
  };
  const changed = outer({
    inputs: [{ id: "i1", name: "picture", type: "IMAGE" }],
    widgets: [
      { id: "w1", name: "radius", node: "blur", widget: "radius" },
      { id: "w2", name: "sigma", node: "blur", widget: "sigma" },
    ],
    nodes: [{ id: "blur", type: "Blur", widgets: { radius: 1, sigma: 2 } }],
  });
  const second = publish(workflow([changed], [{ id: "a", type: "subgraph:outer", widgets: { w1: 1, w2: 7 } }]), "r2");
  expect(outdated(wired, [FIRST])).toEqual([]);
  expect(outdated(wired, [second]).map(({ id }) => id)).toEqual(["outer"]);
  const history = apply(begin(wired), updateFromLibrary(wired, "outer", second), 0);
  const { document } = history;
  expect(document.wires.map((wire) => wire.to[1])).toEqual(["i1"]);
  expect(document.nodes[0]?.widgets).toEqual({ w1: 9, w2: 7 });
  expect(definitions(document)).toEqual(["outer"]);
  expect(outdated(document, [second])).toEqual([]);
  expect(undo(history).document).toEqual(wired);
});

test("what was published here is marked, and a changed copy is not taken for the published one", () => {
  const marked = apply(begin(HOME), markPublished("outer", FIRST, "Soft"), 0).document;
  expect(takeIn(marked, FIRST).type).toBe("subgraph:outer");
  expect(outdated(marked, [FIRST])).toEqual([]);
  expect(outdated(marked, [])).toEqual([]);
  const edited = workflow([{ ...outer(), published: { name: "Soft", revision: "r1" }, nodes: [] }, inner("one")]);
  expect(takeIn(edited, FIRST).type).not.toBe("subgraph:outer");
});
