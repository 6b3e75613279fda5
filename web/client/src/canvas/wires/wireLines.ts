/** The lines of wires, from where their nodes and dots stand. */

import { getBezierPath, Position } from "@xyflow/react";
import type { FlowNode, WireEdge } from "@/canvas/model/flowModel";
import { viaOf } from "@/graph/reroutes";

/** A node or dot and where it is now; a dot's place is its middle. */
export interface Standing {
  node: FlowNode;
  position: { x: number; y: number };
}

type Find = (id: string) => Standing | undefined;
type Point = readonly [x: number, y: number];

const drawn = new WeakMap<WireEdge, { from: Point; to: Point; line: string }>();

/** The line of a wire through its dots, as an SVG path; null while one of its ends is not there. */
export function lineOf(edge: WireEdge, find: Find): string | null {
  const from = endOf(find(edge.source), "source", edge.sourceHandle);
  const to = endOf(find(edge.target), "target", edge.targetHandle);
  if (from === null || to === null) return null;
  const via = viaOfEdge(edge);
  if (via.length === 0) {
    const known = drawn.get(edge);
    if (known !== undefined && same(known.from, from) && same(known.to, to)) return known.line;
    const line = piece(from, to);
    drawn.set(edge, { from, to, line });
    return line;
  }
  const dots = via.flatMap((id): Point[] => {
    const dot = find(id);
    return dot === undefined ? [] : [[dot.position.x, dot.position.y]];
  });
  const points = [from, ...dots, to];
  return points
    .slice(1)
    .map((point, at) => piece(points[at] as Point, point))
    .join(" ");
}

/** The dots of a wire. */
export function viaOfEdge({ data }: WireEdge): readonly string[] {
  return data === undefined ? [] : viaOf(data.wire);
}

function same(one: Point, other: Point): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

function piece([sourceX, sourceY]: Point, [targetX, targetY]: Point): string {
  const [sourcePosition, targetPosition] = [Position.Right, Position.Left];
  return getBezierPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition })[0];
}

/** Where a wire meets its socket: an output's outer edge, an input's outer edge. */
function endOf(at: Standing | undefined, side: "source" | "target", name: string | null | undefined): Point | null {
  const socket = at?.node.handles?.find((handle) => handle.type === side && handle.id === name);
  if (at === undefined || socket === undefined) return null;
  const { x, y } = at.position;
  const { width = 0, height = 0 } = socket;
  return [x + socket.x + (side === "source" ? width : 0), y + socket.y + height / 2];
}
