/** The wire under the hand, so that sockets can show whether they would take it. */

import { create } from "zustand";
import { type LooseEnd, typesFit } from "@/graph/connect";

export const useConnecting = create<{ loose: LooseEnd | null }>(() => ({ loose: null }));

/** Whether a socket would take the wire under the hand; null while there is none. */
export function fitsWire(loose: LooseEnd | null, side: "input" | "output", type: string, node: string): boolean | null {
  if (loose === null) return null;
  if (loose.side === side || loose.node === node) return false;
  return side === "input" ? typesFit(loose.type, type) : typesFit(type, loose.type);
}
