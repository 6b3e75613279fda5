/**
 * Reroutes: dots that a wire goes through. They are layout alone: a wire names its dots in order under `via`, and what
 * it joins is said by its ends. Wires of one output may share dots; they then run as a bundle.
 */

import type { Wire, WorkflowDocument } from "./document";

export interface Reroute {
  id: string;
  position: [number, number];
  [unknown: string]: unknown;
}

/** The ids of a wire's dots, from its output on. */
export function viaOf(wire: Wire): readonly string[] {
  return Array.isArray(wire.via) ? wire.via : NONE;
}

const NONE: readonly string[] = [];

/** The dots of a canvas. */
export function reroutesOf(document: Pick<WorkflowDocument, "reroutes">): readonly Reroute[] {
  return Array.isArray(document.reroutes) ? document.reroutes : NO_DOTS;
}

const NO_DOTS: readonly Reroute[] = [];
const known = new WeakMap<readonly Wire[], ReadonlyMap<string, Wire>>();

/** For each dot, a wire that goes through it. Computed once a version of the wires. */
export function wireThrough(document: Pick<WorkflowDocument, "wires">): ReadonlyMap<string, Wire> {
  const before = known.get(document.wires);
  if (before !== undefined) return before;
  const through = new Map<string, Wire>();
  for (const wire of document.wires) for (const id of viaOf(wire)) if (!through.has(id)) through.set(id, wire);
  known.set(document.wires, through);
  return through;
}

/** Forget dots that no wire goes through, and the mention of dots that are gone. Works on a draft. */
export function tidyReroutes(draft: WorkflowDocument): void {
  const dots = draft.reroutes;
  if (dots === undefined || dots.length === 0) return;
  const used = new Set(draft.wires.flatMap(viaOf));
  if (!dots.every((dot) => used.has(dot.id))) draft.reroutes = dots.filter((dot) => used.has(dot.id));
}
