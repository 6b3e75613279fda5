/** A dragged frame carries the nodes whose centres lie in it. */

import type { FlowNode } from "@/canvas/model/flowModel";
import { shape } from "@/canvas/model/shape";
import type { Positions } from "@/graph/arrange";
import { boxOf, standsIn } from "@/graph/boxes";
import { isComment } from "@/graph/comments";
import { currentDocument } from "@/state/workflow/workspace";

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
    const [x, y] = frame.bounds;
    const nodes = new Map<string, [number, number]>();
    for (const node of document.nodes) {
      if (moving.has(node.id) || node.pinned) continue;
      if (standsIn(node, boxOf(node, shape), frame.bounds)) nodes.set(node.id, node.position);
    }
    frames.set(frame.id, { from: [x, y], nodes });
  }
  return frames.size === 0 ? null : { frames };
}

/** Where the nodes go that frames at these places carry. */
export function carry(places: Positions, carried: Carried | null): Positions {
  const followers = new Map<string, [number, number]>();
  for (const [id, { from, nodes }] of carried?.frames ?? []) {
    const place = places.get(id);
    if (place === undefined) continue;
    for (const [node, start] of nodes) {
      followers.set(node, [start[0] + place[0] - from[0], start[1] + place[1] - from[1]]);
    }
  }
  return followers;
}
