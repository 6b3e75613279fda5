import { expect, test } from "vitest";
import { readDocument } from "@/graph/io/read";
import { libraryChanges } from "@/graph/libraryChanges";
import type { Published } from "@/graph/published";
import type { Subgraph } from "@/graph/subgraphs";

const soften = (more: object = {}) => ({
  id: "soften",
  title: "Soften",
  inputs: [
    { id: "i1", name: "image", type: "IMAGE" },
    { id: "i2", name: "mask", type: "MASK" },
  ],
  outputs: [{ id: "o1", name: "image", type: "IMAGE" }],
  widgets: [{ id: "w1", name: "radius", node: "blur", widget: "radius" }],
  nodes: [{ id: "blur", type: "Blur" }],
  wires: [],
  ...more,
});

/** Two nodes of it on the canvas, one more inside another sub-graph. */
const DOCUMENT = readDocument({
  noiseloom: 2,
  id: "x",
  title: "",
  nodes: [
    { id: "a", type: "subgraph:soften" },
    { id: "b", type: "subgraph:soften" },
    { id: "c", type: "LoadImage" },
  ],
  wires: [
    { from: ["c", "IMAGE"], to: ["a", "i1"] },
    { from: ["c", "MASK"], to: ["a", "i2"] },
    { from: ["a", "o1"], to: ["b", "i1"] },
  ],
  named: [{ name: "where", to: ["b", "i2"] }],
  subgraphs: [soften(), { ...soften({ id: "outer", title: "Outer" }), nodes: [{ id: "n", type: "subgraph:soften" }] }],
});

function published(more: object): Published {
  const root = readDocument({ noiseloom: 2, id: "p", title: "", nodes: [], wires: [], subgraphs: [soften(more)] })
    .subgraphs?.[0] as Subgraph;
  return { name: "Soften", revision: "2", description: "", root, all: [root], widgets: {} };
}

test("what comes, goes and gets another name or type is told, with the wires that go and the nodes it is for", () => {
  const now = published({
    inputs: [{ id: "i1", name: "picture", type: "IMAGE" }],
    outputs: [{ id: "o1", name: "image", type: "LATENT" }],
    widgets: [
      { id: "w1", name: "radius", node: "blur", widget: "radius" },
      { id: "w2", name: "strength", node: "blur", widget: "strength" },
    ],
  });
  expect(libraryChanges(DOCUMENT, "soften", now)).toEqual({
    id: "soften",
    title: "Soften",
    instances: 3,
    wires: 2,
    faces: [
      { face: "inputs", kind: "renamed", name: "picture", was: "image", type: "IMAGE" },
      { face: "inputs", kind: "lost", name: "mask", type: "MASK" },
      { face: "outputs", kind: "retyped", name: "image", was: "IMAGE", type: "LATENT" },
      { face: "widgets", kind: "gained", name: "strength", type: "" },
    ],
  });
});

test("a version that differs inside only changes no socket and no wire", () => {
  const now = published({ nodes: [{ id: "blur", type: "Blur", widgets: { radius: 9 } }] });
  expect(libraryChanges(DOCUMENT, "soften", now)).toMatchObject({ faces: [], wires: 0, instances: 3 });
  expect(libraryChanges(DOCUMENT, "unknown", now)).toBeNull();
});
