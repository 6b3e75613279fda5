/** Rectangles of nodes on the canvas. The canvas knows how large a node is; the graph only reckons with the result. */

import type { GraphNode, WorkflowDocument } from "./document";

/** Figures in canvas pixels. */
export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A node's size and the heights of its sockets from its top: what drawing and arranging need to know of it. */
export interface Shape {
  width: number;
  height: number;
  inputs: ReadonlyMap<string, number>;
  outputs: ReadonlyMap<string, number>;
}

export type ShapeOf = (node: GraphNode) => Shape;

/** The canvas grid that positions keep to. */
export const GRID = 8;

/** The nearest grid line. */
export function onGrid(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** The box of one node. */
export function boxOf(node: GraphNode, shapeOf: ShapeOf): Box {
  const { width, height } = shapeOf(node);
  return { id: node.id, x: node.position[0], y: node.position[1], width, height };
}

/** Boxes of the chosen nodes, in the document's order. */
export function boxesOf(document: WorkflowDocument, ids: Iterable<string>, shapeOf: ShapeOf): Box[] {
  const chosen = new Set(ids);
  return document.nodes.filter((node) => chosen.has(node.id)).map((node) => boxOf(node, shapeOf));
}

/** The smallest box around boxes, or null when there are none. */
export function around(boxes: readonly Omit<Box, "id">[]): Omit<Box, "id"> | null {
  if (boxes.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether a box lies over a point. */
export function covers(box: Omit<Box, "id">, [x, y]: readonly [number, number]): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** Whether a box's centre lies in bounds. */
export function centreIn(box: Omit<Box, "id">, [x, y, width, height]: readonly [number, number, number, number]) {
  const [across, down] = [box.x + box.width / 2, box.y + box.height / 2];
  return across > x && across < x + width && down > y && down < y + height;
}

/** Whether a node in a box belongs to a frame with these bounds: its centre lies there, unless it is kept out. */
export function standsIn(node: GraphNode, box: Omit<Box, "id">, bounds: readonly [number, number, number, number]) {
  return node.unframed !== true && centreIn(box, bounds);
}

/** Where a title and a border fit around the nodes of a frame. */
export const FRAME_SIDE = 24;
export const FRAME_HEAD = 56;

/** A frame's bounds around boxes, or null when there are none. */
export function frameAround(boxes: readonly Omit<Box, "id">[]): [number, number, number, number] | null {
  const box = around(boxes);
  if (box === null) return null;
  return [box.x - FRAME_SIDE, box.y - FRAME_HEAD, box.width + 2 * FRAME_SIDE, box.height + FRAME_HEAD + FRAME_SIDE];
}

/** Ids of the nodes that belong to a frame with these bounds. */
export function nodesIn(
  document: WorkflowDocument,
  bounds: readonly [number, number, number, number],
  shapeOf: ShapeOf,
): string[] {
  return document.nodes.filter((node) => standsIn(node, boxOf(node, shapeOf), bounds)).map((node) => node.id);
}
