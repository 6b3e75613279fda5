/** Edits of the dots that wires go through. */

import { type Wire, type WorkflowDocument, wireId } from "../document";
import type { Command } from "../history";
import { type Reroute, reroutesOf, viaOf } from "../reroutes";

export interface Placed {
  command: Command;
  /** The new dot. */
  id: string;
}

/**
 * A dot on wires of one output, before their dot at `at` (0: right after the output). Wires that run together with the
 * first of them there go through it too.
 */
export function addReroute(
  document: WorkflowDocument,
  ids: readonly string[],
  position: [number, number],
  at: number,
): Placed | null {
  const first = document.wires.find((wire) => wireId(wire) === ids[0]);
  if (first === undefined) return null;
  const id = freeDotId(document);
  const chosen = new Set(ids);
  const runs = (wire: Wire) => chosen.has(wireId(wire)) || together(first, wire, at);
  return {
    id,
    command: {
      label: "reroute",
      run(draft) {
        draft.reroutes = [...(draft.reroutes ?? []), { id, position: [position[0], position[1]] }];
        for (const wire of draft.wires) {
          if (runs(wire)) wire.via = [...viaOf(wire).slice(0, at), id, ...viaOf(wire).slice(at)];
        }
      },
    },
  };
}

/** Whether a wire runs along another where a dot is put: the same output, the same dots before, and one behind. */
function together(first: Wire, wire: Wire, at: number): boolean {
  if (first.from[0] !== wire.from[0] || first.from[1] !== wire.from[1]) return false;
  const [a, b] = [viaOf(first), viaOf(wire)];
  if (at >= a.length) return false;
  return a.slice(0, at + 1).every((dot, index) => b[index] === dot);
}

/** One dot for each output whose wires are crossed: the crossed wires of an output become a bundle. */
export function bundle(
  document: WorkflowDocument,
  crossed: readonly { wire: string; at: [number, number]; place: number }[],
) {
  const bySource = new Map<string, typeof crossed>();
  const byId = new Map(document.wires.map((wire) => [wireId(wire), wire]));
  for (const cross of crossed) {
    const wire = byId.get(cross.wire);
    if (wire === undefined) continue;
    const key = JSON.stringify([wire.from, viaOf(wire).slice(0, cross.place)]);
    bySource.set(key, [...(bySource.get(key) ?? []), cross]);
  }
  const taken = new Set<string>();
  const dots = [...bySource.values()].map((group) => {
    const id = freeDotId(document, taken);
    taken.add(id);
    const middle = (axis: 0 | 1) => Math.round(group.reduce((sum, item) => sum + item.at[axis], 0) / group.length);
    return { id, position: [middle(0), middle(1)] as [number, number], group };
  });
  const command: Command = {
    label: "reroute",
    run(draft) {
      draft.reroutes = [...(draft.reroutes ?? []), ...dots.map(({ id, position }): Reroute => ({ id, position }))];
      for (const { id, group } of dots) {
        const places = new Map(group.map((item) => [item.wire, item.place]));
        for (const wire of draft.wires) {
          const place = places.get(wireId(wire));
          if (place !== undefined) wire.via = [...viaOf(wire).slice(0, place), id, ...viaOf(wire).slice(place)];
        }
      }
    },
  };
  return { command, ids: dots.map((dot) => dot.id) };
}

function freeDotId(document: WorkflowDocument, taken: ReadonlySet<string> = new Set()): string {
  const used = new Set([...reroutesOf(document), ...document.nodes, ...document.frames].map((item) => item.id));
  for (let number = 1; ; number += 1) {
    const id = `dot-${number}`;
    if (!used.has(id) && !taken.has(id)) return id;
  }
}

/** Take dots away; their wires close up. Works on a draft. */
export function dropReroutes(draft: WorkflowDocument, gone: ReadonlySet<string>): void {
  const dots = draft.reroutes;
  if (dots === undefined || !dots.some((dot) => gone.has(dot.id))) return;
  draft.reroutes = dots.filter((dot) => !gone.has(dot.id));
  for (const wire of draft.wires) {
    const via = viaOf(wire);
    if (via.some((id) => gone.has(id))) wire.via = via.filter((id) => !gone.has(id));
  }
}
