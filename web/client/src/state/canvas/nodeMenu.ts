/** One menu for all nodes, one for the empty canvas, and the node whose title is being edited. */

import { create } from "zustand";
import { selectNodes, useSelection } from "@/state/workflow/selection";

export interface NodeMenuRequest {
  node: string;
  x: number;
  y: number;
}

interface Menus {
  request: NodeMenuRequest | null;
  canvas: { x: number; y: number } | null;
}

export const useNodeMenu = create<Menus>(() => ({ request: null, canvas: null }));

/** The menu acts on the selection; a node outside of it becomes the selection. */
export function openNodeMenu(request: NodeMenuRequest | null): void {
  if (request !== null && !useSelection.getState().nodes.includes(request.node)) selectNodes([request.node]);
  useNodeMenu.setState({ request, canvas: null });
}

export function openCanvasMenu(canvas: { x: number; y: number } | null): void {
  useNodeMenu.setState({ canvas, request: null });
}

export const useRenaming = create<{ node: string | null }>(() => ({ node: null }));
