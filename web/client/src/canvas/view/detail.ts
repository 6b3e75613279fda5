/** How much of a node is drawn. Only nodes in view are ever drawn in full, so the cost does not grow with the graph. */

import { useCallback, useSyncExternalStore } from "react";
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

/** Levels that are not `block`, by node. Each node hears of its own alone: see `away.ts`, which sets them. */
const levels = new Map<string, Detail>();
const listeners = new Map<string, Set<() => void>>();

export function detailOf(id: string): Detail {
  return levels.get(id) ?? "block";
}

/** The nodes that are drawn as more than blocks. */
export function drawnNodes(): Iterable<string> {
  return levels.keys();
}

/** Nodes are drawn like this from now on. */
export function setDetails(next: ReadonlyMap<string, Detail>): void {
  for (const [id, detail] of next) {
    if (detail === "block") levels.delete(id);
    else levels.set(id, detail);
    for (const listener of listeners.get(id) ?? []) listener();
  }
}

/** The level of one node. */
export function useDetail(id: string): Detail {
  const subscribe = useCallback((listener: () => void) => listen(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => detailOf(id));
}

function listen(id: string, listener: () => void): () => void {
  const known = listeners.get(id) ?? new Set();
  listeners.set(id, known.add(listener));
  return () => {
    known.delete(listener);
    if (known.size === 0 && listeners.get(id) === known) listeners.delete(id);
  };
}
