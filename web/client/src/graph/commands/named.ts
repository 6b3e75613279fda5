/** Edits of named wires: outputs that are sent by a name, and inputs that receive by it. */

import { type Wire, type WorkflowDocument, wireId } from "../document";
import type { Command } from "../history";
import type { NamedEnd } from "../named";
import { tidyReroutes } from "../reroutes";
import { connect } from "./wires";

const same = (a: readonly [string, string] | undefined, b: readonly [string, string]) =>
  a !== undefined && a[0] === b[0] && a[1] === b[1];

function setNamed(draft: WorkflowDocument, ends: NamedEnd[]): void {
  draft.named = ends;
}

/** A name that nobody on this canvas sends by: with a number behind it where it is taken. */
export function freeWireName(document: Pick<WorkflowDocument, "named">, wanted: string): string {
  const taken = new Set((document.named ?? []).filter((end) => end.from !== undefined).map((end) => end.name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** The name that an output is sent by, if it is. */
export function sentName(document: Pick<WorkflowDocument, "named">, from: Wire["from"]): string | undefined {
  return document.named?.find((end) => same(end.from, from))?.name;
}

/** Names that an input here can receive: those sent on this canvas, and on those around it. */
export function namesToReceive(document: Pick<WorkflowDocument, "named" | "inside">): string[] {
  const here = (document.named ?? []).flatMap((end) => (end.from === undefined ? [] : [end.name]));
  return [...new Set([...here, ...(document.inside?.names ?? [])])].sort((a, b) => a.localeCompare(b));
}

/** Give an output a name to be had by. */
export function sendByName(from: Wire["from"], name: string): Command {
  return {
    label: "name_wire",
    run(draft) {
      const known = draft.named ?? [];
      if (known.some((end) => same(end.from, from) && end.name === name)) return;
      setNamed(draft, [...known, { name, from: [...from] }]);
    },
  };
}

/** Feed an input by a name. What fed it before goes. */
export function receiveByName(to: Wire["to"], name: string): Command {
  return {
    label: "receive",
    run(draft) {
      const known = draft.named ?? [];
      if (known.some((end) => same(end.to, to) && end.name === name)) return;
      draft.wires = draft.wires.filter((wire) => !same(wire.to, to));
      tidyReroutes(draft);
      setNamed(draft, [...known.filter((end) => !same(end.to, to)), { name, to: [...to] }]);
    },
  };
}

/** Turn drawn wires into named ones: their output is sent by the name it has already, or by `name`. */
export function nameWires(ids: readonly string[], name: string): Command {
  const chosen = new Set(ids);
  return {
    label: "name_wire",
    run(draft) {
      for (const wire of draft.wires.filter((item) => chosen.has(wireId(item)))) {
        const known = sentName(draft, wire.from);
        const word = known ?? freeFor(draft, wire.from, name);
        if (known === undefined) sendByName([...wire.from], word).run(draft);
        receiveByName([...wire.to], word).run(draft);
      }
    },
  };
}

function freeFor(draft: WorkflowDocument, from: Wire["from"], name: string): string {
  const sender = draft.named?.find((end) => end.name === name && end.from !== undefined);
  return sender === undefined || same(sender.from, from) ? name : freeWireName(draft, name);
}

/** Draw the wires of a name on this canvas: all of them, or the one into `to`. The name goes when nobody needs it. */
export function drawNamed(name: string, to?: Wire["to"]): Command {
  return {
    label: "draw_wire",
    run(draft) {
      const sender = draft.named?.find((end) => end.name === name && end.from !== undefined)?.from;
      if (sender === undefined) return;
      const drawn = (draft.named ?? []).flatMap((end) =>
        end.name === name && end.to !== undefined && (to === undefined || same(end.to, to)) ? [end.to] : [],
      );
      const from: Wire["from"] = [sender[0], sender[1]];
      for (const end of drawn) connect({ from: [...from], to: [end[0], end[1]] }).run(draft);
      if (!isReceived(draft, name)) {
        setNamed(
          draft,
          (draft.named ?? []).filter((end) => end.name !== name),
        );
      }
    },
  };
}

function isReceived(draft: WorkflowDocument, name: string): boolean {
  const receives = (ends: readonly NamedEnd[] | undefined) =>
    ends?.some((end) => end.name === name && end.to !== undefined) === true;
  return receives(draft.named) || (draft.subgraphs ?? []).some((item) => receives(item.named));
}

/** Rename a wire at all its ends: on this canvas, and inside the sub-graphs that receive it from here. */
export function renameWire(name: string, next: string): Command {
  return {
    label: "rename",
    run(draft) {
      if (next === "" || next === name) return;
      const renamed = (ends: NamedEnd[]) => {
        for (const end of ends) if (end.name === name) end.name = next;
      };
      const sentHere = draft.named?.some((end) => end.name === name && end.from !== undefined) === true;
      if (draft.named !== undefined) renamed(draft.named);
      if (!sentHere) return;
      for (const { named } of draft.subgraphs ?? []) {
        const ownSender = named?.some((end) => end.name === name && end.from !== undefined) === true;
        if (named !== undefined && !ownSender) renamed(named);
      }
    },
  };
}
