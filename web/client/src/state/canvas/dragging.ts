/** What a drag of nodes would do where they are now: lines they snap to, the wire they go into, the frame they join. */

import { create } from "zustand";
import type { Guide } from "@/graph/arrange";

interface Dragging {
  guides: readonly Guide[];
  /** The id of the wire that the node would be put into. */
  wire: string | null;
  /** The id of the frame that would hold what is dragged. */
  frame: string | null;
}

const NOTHING: Dragging = { guides: [], wire: null, frame: null };

export const useDragging = create<Dragging>(() => NOTHING);

/** The drag is over. */
export function endDragging(): void {
  useDragging.setState(NOTHING);
}
