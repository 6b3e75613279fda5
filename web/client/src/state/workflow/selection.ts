/** What is selected on the canvas. Selection is not history: undo does not touch it. */

import { create } from "zustand";

interface Selection {
  nodes: readonly string[];
  wires: readonly string[];
  /** Grows when the page, not the pointer, chose the selection; the canvas then follows. */
  asked: number;
}

export const useSelection = create<Selection>(() => ({ nodes: [], wires: [], asked: 0 }));

/** Select these nodes, and these wires, and nothing else. */
export function selectNodes(ids: readonly string[], wires: readonly string[] = []): void {
  useSelection.setState((state) => ({ nodes: ids, wires, asked: state.asked + 1 }));
}
