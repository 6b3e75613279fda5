/** One menu for all nodes, and the node whose title is being edited. */

import { create } from "zustand";

export interface NodeMenuRequest {
  node: string;
  x: number;
  y: number;
}

export const useNodeMenu = create<{ request: NodeMenuRequest | null }>(() => ({ request: null }));

export function openNodeMenu(request: NodeMenuRequest | null): void {
  useNodeMenu.setState({ request });
}

export const useRenaming = create<{ node: string | null }>(() => ({ node: null }));
