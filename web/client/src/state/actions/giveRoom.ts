/** Room for a node that was just made. */

import { boxOf } from "@/graph/boxes";
import { move } from "@/graph/commands/nodes";
import { roomFor } from "@/graph/room";
import { viewport } from "@/state/canvas/viewport";
import { currentDocument, run } from "@/state/workflow/workspace";

/** Move a node off its neighbours, in the step of undo that goes by `merge`. */
export function giveRoom(id: string, merge: string): void {
  const shapeOf = viewport()?.shapeOf;
  const { nodes } = currentDocument();
  const node = nodes.find((item) => item.id === id);
  if (shapeOf === undefined || node === undefined) return;
  const others = nodes.filter((item) => item !== node).map((item) => boxOf(item, shapeOf));
  const [x, y] = roomFor(boxOf(node, shapeOf), others);
  if (x !== node.position[0] || y !== node.position[1]) {
    run({ ...move(new Map([[id, [x, y]]])), label: "subgraph", merge, gesture: true });
  }
}
