/** The rectangle of a frame around nodes. */

import { anatomyOf } from "@/canvas/anatomy";
import { type Frame, nodeIndex, type WorkflowDocument } from "@/graph/document";
import { currentCatalogue } from "@/state/catalogue";

const SIDE = 24;
const HEAD = 56;

/** Bounds that leave room for the title above the nodes, or null when none of them exists. */
export function boundsAround(document: WorkflowDocument, ids: readonly string[]): Frame["bounds"] | null {
  const nodes = nodeIndex(document);
  const boxes = ids.flatMap((id) => {
    const node = nodes.get(id);
    if (node === undefined) return [];
    const { width, height } = anatomyOf(node, currentCatalogue().get(node.type));
    return [[node.position[0], node.position[1], node.position[0] + width, node.position[1] + height] as const];
  });
  if (boxes.length === 0) return null;
  const left = Math.min(...boxes.map((box) => box[0])) - SIDE;
  const top = Math.min(...boxes.map((box) => box[1])) - HEAD;
  const right = Math.max(...boxes.map((box) => box[2])) + SIDE;
  const bottom = Math.max(...boxes.map((box) => box[3])) + SIDE;
  return [left, top, right - left, bottom - top];
}
