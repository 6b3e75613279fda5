import { expect, test } from "vitest";
import { anatomyOf, NODE_WIDTH } from "@/canvas/model/anatomy";
import { flowEdges, flowNodes } from "@/canvas/model/flowModel";
import { setWidget } from "@/graph/commands/widgets";
import { newNode, nodeIndex } from "@/graph/document";
import { apply, begin } from "@/graph/history";
import { firstPicture, shippedCatalogue } from "../../samples";

const catalogue = shippedCatalogue();
const label = () => "";

test("an edit of one node makes one new flow node and no new edge", () => {
  const history = begin(firstPicture());
  const nodes = flowNodes(history.document, catalogue, [], label);
  const edges = flowEdges(history.document, catalogue, nodeIndex(history.document), [], label);
  const after = apply(history, setWidget("prompt", "text", "a blue star"), 0).document;
  const nodesAfter = flowNodes(after, catalogue, nodes, label);
  expect(nodesAfter.filter((node, at) => node !== nodes[at]).map((node) => node.id)).toEqual(["prompt"]);
  const edgesAfter = flowEdges(after, catalogue, nodeIndex(after), edges, label);
  expect(edgesAfter.every((edge, at) => edge === edges[at])).toBe(true);
});

test("every wire of the first picture ends at a handle", () => {
  const document = firstPicture();
  const handles = new Map(flowNodes(document, catalogue, [], label).map((node) => [node.id, node.handles ?? []]));
  for (const { from, to } of document.wires) {
    expect(handles.get(from[0])?.some((handle) => handle.type === "source" && handle.id === from[1])).toBe(true);
    expect(handles.get(to[0])?.some((handle) => handle.type === "target" && handle.id === to[1])).toBe(true);
  }
});

test("nodes of the first picture stay inside their frames and off each other", () => {
  const { nodes, frames } = firstPicture();
  const boxes = nodes.map((node) => {
    const { width, height } = anatomyOf(node, catalogue.get(node.type));
    return {
      id: node.id,
      left: node.position[0],
      top: node.position[1],
      right: node.position[0] + width,
      bottom: node.position[1] + height,
    };
  });
  for (const box of boxes) {
    const inside = frames.filter(
      ({ bounds: [x, y, width, height] }) =>
        box.left >= x && box.top >= y && box.right <= x + width && box.bottom <= y + height,
    );
    expect([box.id, inside.length]).toEqual([box.id, 1]);
    const hit = boxes.filter(
      (other) =>
        other.id > box.id &&
        other.left < box.right &&
        other.right > box.left &&
        other.top < box.bottom &&
        other.bottom > box.top,
    );
    expect([box.id, hit.map((other) => other.id)]).toEqual([box.id, []]);
  }
});

test("a node of unknown type keeps its values and wires in sight", () => {
  const node = { ...newNode(firstPicture(), "FromAPlugin", [0, 0]), widgets: { depth: 3 } };
  const anatomy = anatomyOf(node, undefined, { inputs: ["image"], outputs: ["MASK"] });
  expect(anatomy.width).toBe(NODE_WIDTH);
  expect(anatomy.inputs.map((socket) => socket.name)).toEqual(["image", "depth"]);
  expect(anatomy.outputs.map((socket) => socket.name)).toEqual(["MASK"]);
});

test("a collapsed node is its header, with its sockets at one place a side", () => {
  const node = { ...newNode(firstPicture(), "KSampler", [0, 0]), collapsed: true };
  const anatomy = anatomyOf(node, catalogue.get("KSampler"));
  expect(anatomy.height).toBe(34);
  expect(new Set(anatomy.inputs.map((socket) => socket.y)).size).toBe(1);
});
