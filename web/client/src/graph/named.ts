/** Named wires: one end sends an output by a name, others receive it; nothing is drawn between them but tags. */

import type { WorkflowDocument } from "./document";

export interface NamedEnd {
  name: string;
  from?: [node: string, output: string];
  to?: [node: string, input: string];
  [unknown: string]: unknown;
}

/** Ends of named wires by node, then by socket: `in` receives, `out` sends. */
export interface NamedSockets {
  in: ReadonlyMap<string, string>;
  out: ReadonlyMap<string, readonly string[]>;
}

const NONE: NamedSockets = { in: new Map(), out: new Map() };
const known = new WeakMap<object, Map<string, { in: Map<string, string>; out: Map<string, string[]> }>>();

/** The names at a node's sockets. Computed once a version of the list; the same object while it stays. */
export function namedAt(document: Pick<WorkflowDocument, "named">, node: string): NamedSockets {
  const ends = document.named;
  if (!Array.isArray(ends)) return NONE;
  const index = known.get(ends) ?? indexed(ends);
  known.set(ends, index);
  return index.get(node) ?? NONE;
}

function indexed(ends: readonly NamedEnd[]) {
  const index = new Map<string, { in: Map<string, string>; out: Map<string, string[]> }>();
  const at = (node: string) => {
    const sockets = index.get(node) ?? { in: new Map<string, string>(), out: new Map<string, string[]>() };
    index.set(node, sockets);
    return sockets;
  };
  for (const { name, from, to } of ends) {
    if (to !== undefined) at(to[0]).in.set(to[1], name);
    if (from !== undefined) {
      const { out } = at(from[0]);
      out.set(from[1], [...(out.get(from[1]) ?? []), name]);
    }
  }
  return index;
}

/** Whether somebody sends by that name: on this canvas, or on one around it. */
export function hasSender(document: Pick<WorkflowDocument, "named" | "inside">, name: string): boolean {
  if (document.inside?.names.has(name) === true) return true;
  return Array.isArray(document.named) && document.named.some((end) => end.name === name && end.from !== undefined);
}
