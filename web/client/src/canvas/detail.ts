/** How much of a node is drawn. Only nodes in view are ever drawn in full, so the cost does not grow with the graph. */

import { type ReactFlowState, useStore } from "@xyflow/react";
import { useCallback } from "react";
import { create } from "zustand";

/** `full`: controls. `text`: values as text. `title`: a title and sockets. `block`: a coloured block. */
export type Detail = "full" | "text" | "title" | "block";

/** The level for a zoom. */
export function detailAt(zoom: number): Detail {
  if (zoom >= 0.6) return "full";
  if (zoom >= 0.35) return "text";
  if (zoom >= 0.15) return "title";
  return "block";
}

/** The node that holds the keyboard: it keeps its controls even outside the view, or typing would be cut off. */
export const useKeyboardHolder = create<{ node: string | null }>(() => ({ node: null }));

const MARGIN = 120;

/** The level of one node. */
export function useDetail(id: string): Detail {
  const holds = useKeyboardHolder((state) => state.node === id);
  const select = useCallback(
    (state: ReactFlowState) => (holds || inView(state, id) ? detailOf(state) : "block"),
    [id, holds],
  );
  return useStore(select);
}

function detailOf(state: ReactFlowState): Detail {
  return detailAt(state.transform[2]);
}

function inView({ transform: [x, y, zoom], nodeLookup, width, height }: ReactFlowState, id: string): boolean {
  const node = nodeLookup.get(id);
  if (node === undefined) return false;
  const left = node.internals.positionAbsolute.x * zoom + x;
  const top = node.internals.positionAbsolute.y * zoom + y;
  const right = left + (node.measured.width ?? 0) * zoom;
  const bottom = top + (node.measured.height ?? 0) * zoom;
  return right > -MARGIN && left < width + MARGIN && bottom > -MARGIN && top < height + MARGIN;
}
