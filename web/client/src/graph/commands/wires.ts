/** Edits of wires. An input holds one wire: a new one replaces it. */

import { type Wire, type WorkflowDocument, wireId } from "../document";
import type { Command } from "../history";
import type { NamedEnd } from "../named";
import { tidyReroutes } from "../reroutes";

/** Draw a wire. */
export function connect(wire: Wire): Command {
  return {
    label: "connect",
    run(draft) {
      const known = draft.wires.some((item) => wireId(item) === wireId(wire));
      if (known) return;
      draft.wires = draft.wires.filter((item) => item.to[0] !== wire.to[0] || item.to[1] !== wire.to[1]);
      dropNamed(draft, wire.to);
      draft.wires.push(wire);
      tidyReroutes(draft);
    },
  };
}

/** Take a socket off its named wires: an input's one, or those that an output sends. */
export function unname(node: string, side: "input" | "output", socket: string): Command {
  return {
    label: "disconnect",
    run(draft) {
      if (side === "input") dropNamed(draft, [node, socket]);
      else dropEnds(draft, (end) => end.from?.[0] === node && end.from[1] === socket);
    },
  };
}

/** A drawn wire takes the place of a named one. */
function dropNamed(draft: WorkflowDocument, [node, input]: Wire["to"]): void {
  dropEnds(draft, (end) => end.to?.[0] === node && end.to[1] === input);
}

function dropEnds(draft: WorkflowDocument, gone: (end: NamedEnd) => boolean): void {
  if (draft.named?.some(gone)) draft.named = draft.named.filter((end) => !gone(end));
}

/** Remove wires by id. */
export function disconnect(ids: readonly string[]): Command {
  const gone = new Set(ids);
  return {
    label: "disconnect",
    run(draft) {
      if (draft.wires.some((wire) => gone.has(wireId(wire)))) {
        draft.wires = draft.wires.filter((wire) => !gone.has(wireId(wire)));
        tidyReroutes(draft);
      }
    },
  };
}

/** Move a wire's end: the old wire goes, the new one comes, in one step. */
export function reconnect(old: string, wire: Wire): Command {
  return {
    label: "connect",
    run(draft) {
      disconnect([old]).run(draft);
      connect(wire).run(draft);
    },
  };
}
