/** Named wires under the hand: the one whose full wires are shown, and the name that is being asked for. */

import { create } from "zustand";

/** The name whose wires are drawn in full, while its tag is pointed at or focused. */
export const useShownName = create<{ name: string | null }>(() => ({ name: null }));

export function showName(name: string | null): void {
  useShownName.setState({ name });
}

export interface NameRequest {
  /** What the dialog is called: a key of the page's words. */
  title: string;
  value: string;
  /** Names to choose among; with some, others can be typed all the same. */
  choices: readonly string[];
  keep: (name: string) => void;
}

export const useNameRequest = create<{ request: NameRequest | null }>(() => ({ request: null }));

export function askName(request: NameRequest | null): void {
  useNameRequest.setState({ request });
}

/** The menu of a wire, or of a tag of a named one. */
export type WireMenuRequest = { x: number; y: number } & (
  | { kind: "wire"; wire: string; position: [number, number] }
  | { kind: "tag"; name: string; end: { side: "input" | "output"; node: string; socket: string } }
);

export const useWireMenu = create<{ request: WireMenuRequest | null }>(() => ({ request: null }));

export function openWireMenu(request: WireMenuRequest | null): void {
  useWireMenu.setState({ request });
}
