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

/** So far around the view nodes have their controls. */
const MARGIN = 120;

/** The level of one node. */
export function useDetail(id: string): Detail {
  const holds = useKeyboardHolder((state) => state.node === id);
  const select = useCallback(
    (state: ReactFlowState): Detail =>
      holds || distanceFromView(state, id) <= MARGIN ? detailAt(state.transform[2]) : "block",
    [id, holds],
  );
  return useStore(select);
}

/** How many pixels lie between a node and the view; 0 inside. */
function distanceFromView({ transform: [x, y, zoom], nodeLookup, width, height }: ReactFlowState, id: string): number {
  const node = nodeLookup.get(id);
  if (node === undefined) return Infinity;
  const left = node.internals.positionAbsolute.x * zoom + x;
  const top = node.internals.positionAbsolute.y * zoom + y;
  const right = left + (node.measured.width ?? 0) * zoom;
  const bottom = top + (node.measured.height ?? 0) * zoom;
  return Math.max(0, -right, left - width, -bottom, top - height);
}
