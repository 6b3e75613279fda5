/** The wire under the hand, so that sockets can show whether they would take it, and what waits for an answer. */

import { create } from "zustand";
import type { SocketEnd } from "@/graph/candidates";
import { type LooseEnd, typesFit } from "@/graph/connect";
import type { Wire } from "@/graph/document";

/** The question a list of sockets answers: which of these to connect a loose end to. */
export interface ConnectQuestion {
  loose: LooseEnd;
  /** Where the list opens, on the screen. */
  x: number;
  y: number;
  /** The sockets to choose from; null: all of the workflow that fit. */
  among: readonly SocketEnd[] | null;
  /** Wires that the new one replaces. */
  lifted: readonly Wire[];
}

interface Connecting {
  loose: LooseEnd | null;
  /** Wires that were picked up: they move to where the loose one goes. */
  lifted: readonly Wire[];
  /** The socket of the node under the hand that the wire would take. */
  target: { node: string; socket: string } | null;
  /** The sentence at the tip: why the node under the hand takes no such wire. */
  refused: string | null;
  /** A socket that was tapped and waits for a second tap. */
  armed: LooseEnd | null;
  question: ConnectQuestion | null;
}

export const useConnecting = create<Connecting>(() => ({
  loose: null,
  lifted: [],
  target: null,
  refused: null,
  armed: null,
  question: null,
}));

/** Whether a socket would take the wire under the hand; null while there is none. */
export function fitsWire(loose: LooseEnd | null, side: "input" | "output", type: string, node: string): boolean | null {
  if (loose === null) return null;
  if (loose.side === side || loose.node === node) return false;
  return side === "input" ? typesFit(loose.type, type) : typesFit(type, loose.type);
}

/** Ask which socket to connect to. */
export function askWhere(question: ConnectQuestion | null): void {
  useConnecting.setState({ question });
}
