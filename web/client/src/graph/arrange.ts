/** Lining nodes up: edges, middles, equal gaps, straight wires. Each gives new positions; a command moves the nodes. */

import { around, type Box, boxOf, type ShapeOf } from "./boxes";
import { incomingWires, nodeIndex, type WorkflowDocument } from "./document";

export type Edge = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Axis = "horizontal" | "vertical";
export type Positions = Map<string, [number, number]>;

/** Positions that bring one edge, or the middle, of all boxes onto one line. */
export function align(boxes: readonly Box[], edge: Edge): Positions {
  const all = around(boxes);
  if (all === null) return new Map();
  const place = (box: Box): [number, number] => {
    switch (edge) {
      case "left":
        return [all.x, box.y];
      case "center":
        return [Math.round(all.x + (all.width - box.width) / 2), box.y];
      case "right":
        return [all.x + all.width - box.width, box.y];
      case "top":
        return [box.x, all.y];
      case "middle":
        return [box.x, Math.round(all.y + (all.height - box.height) / 2)];
      case "bottom":
        return [box.x, all.y + all.height - box.height];
    }
  };
  return new Map(boxes.map((box) => [box.id, place(box)]));
}

/** Positions with equal gaps between neighbours; the outermost two stay. Fewer than three boxes stay as they are. */
export function distribute(boxes: readonly Box[], axis: Axis): Positions {
  if (boxes.length < 3) return new Map();
  const [start, size] = axis === "horizontal" ? (["x", "width"] as const) : (["y", "height"] as const);
  const row = [...boxes].sort((a, b) => a[start] + a[size] / 2 - (b[start] + b[size] / 2));
  const first = row[0] as Box;
  const last = row.at(-1) as Box;
  const filled = row.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[start] + last[size] - first[start] - filled) / (row.length - 1);
  const positions: Positions = new Map();
  let at = first[start];
  for (const box of row) {
    const here = box === last ? box[start] : Math.round(at);
    positions.set(box.id, axis === "horizontal" ? [here, box.y] : [box.x, here]);
    at += box[size] + gap;
  }
  return positions;
}

/**
 * Positions that make the wires among the chosen nodes level, by moving nodes up and down. The leftmost node stays;
 * each other follows the wire from the topmost of its sockets that has a chosen source.
 */
export function straighten(document: WorkflowDocument, ids: readonly string[], shapeOf: ShapeOf): Positions {
  const chosen = new Set(ids);
  const nodes = nodeIndex(document);
  const positions: Positions = new Map();
  const inOrder = document.nodes
    .filter((node) => chosen.has(node.id))
    .sort((a, b) => a.position[0] - b.position[0] || a.position[1] - b.position[1]);
  for (const node of inOrder) {
    const shape = shapeOf(node);
    let topmost: { y: number; level: number } | undefined;
    for (const wire of incomingWires(document, node.id).values()) {
      const source = nodes.get(wire.from[0]);
      if (source === undefined || !chosen.has(source.id)) continue;
      const from = positions.get(source.id) ?? source.position;
      if (from[0] >= node.position[0]) continue;
      const y = shape.inputs.get(wire.to[1]) ?? 0;
      const level = from[1] + (shapeOf(source).outputs.get(wire.from[1]) ?? 0) - y;
      if (topmost === undefined || y < topmost.y) topmost = { y, level };
    }
    positions.set(node.id, [node.position[0], topmost?.level ?? node.position[1]]);
  }
  return changed(document, positions);
}

/** Only the positions that differ from those that nodes have. */
export function changed(document: WorkflowDocument, positions: Positions): Positions {
  const nodes = nodeIndex(document);
  return new Map(
    [...positions].filter(([id, [x, y]]) => {
      const node = nodes.get(id);
      return node === undefined || node.position[0] !== x || node.position[1] !== y;
    }),
  );
}

/** A line that a moved box snaps to, drawn from one box to the other. */
export interface Guide {
  axis: "x" | "y";
  /** Where the line is, across its own direction. */
  at: number;
  from: number;
  to: number;
}

/**
 * How far to shift a moved box so that its edges or middles meet those of others within `reach`, and the lines to
 * show for it. The nearest match wins on each axis.
 */
export function snap(moved: Omit<Box, "id">, others: readonly Box[], reach: number) {
  const across = nearest(moved, others, reach, "x", "width");
  const down = nearest(moved, others, reach, "y", "height");
  const guides: Guide[] = [];
  if (across !== null) guides.push(guideOf(across, moved, "y", "height", "x", down?.shift ?? 0));
  if (down !== null) guides.push(guideOf(down, moved, "x", "width", "y", across?.shift ?? 0));
  return { shift: [across?.shift ?? 0, down?.shift ?? 0] as [number, number], guides };
}

interface Match {
  shift: number;
  at: number;
  other: Box;
}

function nearest(
  moved: Omit<Box, "id">,
  others: readonly Box[],
  reach: number,
  start: "x" | "y",
  size: "width" | "height",
): Match | null {
  let best: Match | null = null;
  const lines = (box: Omit<Box, "id">) => [box[start], box[start] + box[size] / 2, box[start] + box[size]];
  const own = lines(moved);
  for (const other of others) {
    for (const at of lines(other)) {
      for (const line of own) {
        const shift = at - line;
        if (Math.abs(shift) <= reach && (best === null || Math.abs(shift) < Math.abs(best.shift))) {
          best = { shift, at, other };
        }
      }
    }
  }
  return best;
}

function guideOf(
  { at, other }: Match,
  moved: Omit<Box, "id">,
  start: "x" | "y",
  size: "width" | "height",
  axis: "x" | "y",
  shift: number,
): Guide {
  const begin = moved[start] + shift;
  return {
    axis,
    at,
    from: Math.min(begin, other[start]),
    to: Math.max(begin + moved[size], other[start] + other[size]),
  };
}

/** Positions shifted by whole grid steps. */
export function shifted(document: WorkflowDocument, ids: Iterable<string>, by: readonly [number, number]): Positions {
  const nodes = nodeIndex(document);
  const positions: Positions = new Map();
  for (const id of ids) {
    const node = nodes.get(id);
    if (node !== undefined) positions.set(id, [node.position[0] + by[0], node.position[1] + by[1]]);
  }
  return positions;
}

/** The box of a node by id. */
export function boxById(document: WorkflowDocument, id: string, shapeOf: ShapeOf): Box | undefined {
  const node = nodeIndex(document).get(id);
  return node === undefined ? undefined : boxOf(node, shapeOf);
}
