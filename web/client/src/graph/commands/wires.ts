/** Edits of wires. An input holds one wire: a new one replaces it. */

import { type Wire, wireId } from "../document";
import type { Command } from "../history";

/** Draw a wire. */
export function connect(wire: Wire): Command {
  return {
    label: "connect",
    run(draft) {
      const known = draft.wires.some((item) => wireId(item) === wireId(wire));
      if (known) return;
      draft.wires = draft.wires.filter((item) => item.to[0] !== wire.to[0] || item.to[1] !== wire.to[1]);
      draft.wires.push(wire);
    },
  };
}

/** Remove wires by id. */
export function disconnect(ids: readonly string[]): Command {
  const gone = new Set(ids);
  return {
    label: "disconnect",
    run(draft) {
      if (draft.wires.some((wire) => gone.has(wireId(wire)))) {
        draft.wires = draft.wires.filter((wire) => !gone.has(wireId(wire)));
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
