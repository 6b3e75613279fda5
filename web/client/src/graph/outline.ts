/** The workflow as a tree: nodes in the order of a run, with frames and sub-graphs as branches. */

import { boxOf, centreIn, type ShapeOf, standsIn } from "./boxes";
import { holdersOf } from "./comments";
import { type Frame, type GraphNode, nodeIndex, type WorkflowDocument } from "./document";
import { canvasAt } from "./inside";
import { isEdge, subgraphOf } from "./subgraphs";
import { runOrder } from "./walk";

export type OutlineRow = NodeRow | FrameRow;

export interface NodeRow {
  kind: "node";
  /** Unique in the tree: what a run calls the node. */
  key: string;
  /** The instances one goes through to the canvas of the node, from the outermost on. */
  path: readonly string[];
  id: string;
  node: GraphNode;
  /** Its place in the run order of its canvas, from 1, and how many nodes that canvas has. */
  place: number;
  of: number;
  children: readonly OutlineRow[];
}

export interface FrameRow {
  kind: "frame";
  key: string;
  path: readonly string[];
  id: string;
  frame: Frame;
  children: readonly OutlineRow[];
}

/** The tree of a whole document. Sub-graphs that hold themselves end where they would begin again. */
export function outlineOf(document: WorkflowDocument, shapeOf: ShapeOf): readonly OutlineRow[] {
  return rowsAt(document, [], [], shapeOf);
}

function rowsAt(
  document: WorkflowDocument,
  path: readonly string[],
  types: readonly string[],
  shapeOf: ShapeOf,
): readonly OutlineRow[] {
  const canvas = canvasAt(document, path);
  const nodes = nodeIndex(canvas);
  const holders = holdersOf(canvas);
  const order = runOrder(canvas).filter((id) => !isEdge(id));
  const branches = new Map<string, OutlineRow[]>();
  const roots: OutlineRow[] = [];
  const rowOf = (frame: Frame): OutlineRow[] => {
    const known = branches.get(frame.id);
    if (known !== undefined) return known;
    const children: OutlineRow[] = [];
    branches.set(frame.id, children);
    const row: FrameRow = {
      kind: "frame",
      key: [...path, `frame ${frame.id}`].join(":"),
      path,
      id: frame.id,
      frame,
      children,
    };
    const around = smallest(holders.filter((other) => other !== frame && holds(other, frame)));
    (around === undefined ? roots : rowOf(around)).push(row);
    return children;
  };
  for (const [at, id] of order.entries()) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const inner = subgraphOf(document, node.type) === undefined || types.includes(node.type);
    const row: NodeRow = {
      kind: "node",
      key: [...path, id].join(":"),
      path,
      id,
      node,
      place: at + 1,
      of: order.length,
      children: inner ? [] : rowsAt(document, [...path, id], [...types, node.type], shapeOf),
    };
    const frame = smallest(holders.filter(({ bounds }) => standsIn(node, boxOf(node, shapeOf), bounds)));
    (frame === undefined ? roots : rowOf(frame)).push(row);
  }
  for (const frame of canvas.frames) rowOf(frame);
  return roots;
}

const area = ({ bounds }: Frame) => bounds[2] * bounds[3];

function smallest(frames: readonly Frame[]): Frame | undefined {
  return [...frames].sort((a, b) => area(a) - area(b))[0];
}

/** Whether a frame lies inside another, larger one. */
function holds(outer: Frame, inner: Frame): boolean {
  const [x, y, width, height] = inner.bounds;
  return area(outer) > area(inner) && centreIn({ x, y, width, height }, outer.bounds);
}

/** The rows that `matches` says yes to, with the branches that lead to them. */
export function filtered(rows: readonly OutlineRow[], matches: (row: OutlineRow) => boolean): readonly OutlineRow[] {
  return rows.flatMap((row): OutlineRow[] => {
    if (matches(row)) return [row];
    const children = filtered(row.children, matches);
    return children.length === 0 ? [] : [{ ...row, children }];
  });
}

/** A row of the tree as it stands on the screen. */
export interface SeenRow {
  row: OutlineRow;
  level: number;
  /** The key of the branch that it stands in. */
  parent: string | null;
  at: number;
  among: number;
}

/** The rows that can be seen: those of closed branches are left out. */
export function seenRows(
  rows: readonly OutlineRow[],
  isOpen: (row: OutlineRow) => boolean,
  level = 1,
  parent: string | null = null,
): SeenRow[] {
  return rows.flatMap((row, at) => [
    { row, level, parent, at: at + 1, among: rows.length },
    ...(row.children.length > 0 && isOpen(row) ? seenRows(row.children, isOpen, level + 1, row.key) : []),
  ]);
}
