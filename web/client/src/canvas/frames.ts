/** A dragged frame carries the nodes whose centres lie in it. */

import type { NodeChange } from "@xyflow/react";
import { isComment } from "@/graph/comments";
import { currentCatalogue } from "@/state/catalogue";
import { currentDocument } from "@/state/workspace";
import { anatomyOf } from "./anatomy";
import type { FlowNode } from "./flowModel";

/** For each dragged frame: where it began, and where the nodes in it began. */
export interface Carried {
  frames: Map<string, { from: [number, number]; nodes: Map<string, [number, number]> }>;
}

/** What the dragged frames carry. Nodes that are dragged themselves are not carried twice. */
export function carriedBy(dragged: readonly FlowNode[]): Carried | null {
  const document = currentDocument();
  const moving = new Set(dragged.map((node) => node.id));
  const frames: Carried["frames"] = new Map();
  for (const frame of document.frames) {
    if (!moving.has(frame.id) || isComment(frame)) continue;
    const [x, y, width, height] = frame.bounds;
    const nodes = new Map<string, [number, number]>();
    for (const node of document.nodes) {
      if (moving.has(node.id) || node.pinned) continue;
      const size = anatomyOf(node, currentCatalogue().get(node.type));
      const centre = [node.position[0] + size.width / 2, node.position[1] + size.height / 2] as const;
      if (centre[0] > x && centre[0] < x + width && centre[1] > y && centre[1] < y + height) {
        nodes.set(node.id, node.position);
      }
    }
    frames.set(frame.id, { from: [x, y], nodes });
  }
  return frames.size === 0 ? null : { frames };
}

/** Position changes of frames, with those of the nodes they carry. */
export function carry(changes: NodeChange<FlowNode>[], carried: Carried | null): NodeChange<FlowNode>[] {
  if (carried === null) return changes;
  return changes.flatMap((change) => {
    const start = change.type === "position" ? carried.frames.get(change.id) : undefined;
    if (change.type !== "position" || start === undefined || change.position === undefined) return [change];
    const { x, y } = change.position;
    const followers = [...start.nodes].map(
      ([id, from]): NodeChange<FlowNode> => ({
        id,
        type: "position",
        position: { x: from[0] + x - start.from[0], y: from[1] + y - start.from[1] },
        dragging: change.dragging ?? false,
      }),
    );
    return [change, ...followers];
  });
}
