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

/** Nodes are drawn like this from now on; those that are not named, as blocks. */
export function setDetails(next: ReadonlyMap<string, Detail>): void {
  const changed = new Set<string>();
  for (const id of levels.keys()) if (!next.has(id)) changed.add(id);
  for (const [id, detail] of next) if (levels.get(id) !== detail) changed.add(id);
  levels.clear();
  for (const [id, detail] of next) if (detail !== "block") levels.set(id, detail);
  for (const id of changed) for (const listener of listeners.get(id) ?? []) listener();
}

/** The level of one node. */
export function useDetail(id: string): Detail {
  const subscribe = useCallback((listener: () => void) => listen(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => levels.get(id) ?? "block");
}

function listen(id: string, listener: () => void): () => void {
  const known = listeners.get(id) ?? new Set();
  listeners.set(id, known.add(listener));
  return () => {
    known.delete(listener);
    if (known.size === 0 && listeners.get(id) === known) listeners.delete(id);
  };
}
