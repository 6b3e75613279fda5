/** Another node type in a node's place: wires are kept by name, then by type; values by name. */

import { several } from "./commands/several";
import { connect } from "./commands/wires";
import { refusal, typesFit } from "./connect";
import { incomingWires, outgoingWires, type Wire, type WorkflowDocument } from "./document";
import type { Command } from "./history";
import { type Catalogue, type InputSpec, type NodeSpec, type OutputSpec, type WidgetValue, widgetInputs } from "./spec";
import { takesValue } from "./values";

export interface Swap {
  command: Command;
  kept: number;
  of: number;
}

/** How many wires a swap to `spec` keeps. Cheap enough to rank every type by. */
export function wiresKept(document: WorkflowDocument, catalogue: Catalogue, id: string, spec: NodeSpec): number {
  return mapped(document, catalogue, id, spec).length;
}

/** The command that turns node `id` into one of `spec`. */
export function swapNode(document: WorkflowDocument, catalogue: Catalogue, id: string, spec: NodeSpec): Swap {
  const wires = mapped(document, catalogue, id, spec);
  const of = incomingWires(document, id).size + outgoingWires(document, id).length;
  const change: Command = {
    label: "swap",
    run(draft) {
      const node = draft.nodes.find((item) => item.id === id);
      if (node === undefined) return;
      const takes = new Map(
        widgetInputs(spec).map(({ name, widget }) => [name, (value: WidgetValue) => takesValue(widget, value)]),
      );
      node.type = spec.id;
      node.title = "";
      node.size = null;
      node.widgets = Object.fromEntries(
        Object.entries(node.widgets).filter(([name, value]) => takes.get(name)?.(value) === true),
      );
      if (node.seeds !== undefined) {
        node.seeds = Object.fromEntries(Object.entries(node.seeds).filter(([name]) => takes.has(name)));
      }
      draft.wires = draft.wires.filter((wire) => wire.from[0] !== id && wire.to[0] !== id);
    },
  };
  return { command: several("swap", [change, ...wires.map(connect)]), kept: wires.length, of };
}

function mapped(document: WorkflowDocument, catalogue: Catalogue, id: string, spec: NodeSpec): Wire[] {
  const typeAt = (node: string) => catalogue.get(document.nodes.find((item) => item.id === node)?.type ?? "");
  const incoming = [...incomingWires(document, id).values()];
  const inputs = pair(
    incoming.map((wire) => ({
      key: wire,
      name: wire.to[1],
      type: typeAt(wire.from[0])?.outputs.find((output) => output.name === wire.from[1])?.type ?? "*",
    })),
    spec.inputs,
    (offered, input) => typesFit(offered, input.type),
    true,
  );
  const own = typeAt(id);
  const outgoing = outgoingWires(document, id);
  const outputs = pair(
    [...new Set(outgoing.map((wire) => wire.from[1]))].map((name) => ({
      key: name,
      name,
      type: own?.outputs.find((output) => output.name === name)?.type ?? "*",
    })),
    spec.outputs,
    (type, output) => typesFit(output.type, type),
    false,
  );
  const kept: Wire[] = [...inputs].map(([wire, name]) => ({ from: wire.from, to: [id, name] }));
  for (const wire of outgoing) {
    const name = outputs.get(wire.from[1]);
    if (name !== undefined) kept.push({ from: [id, name], to: wire.to });
  }
  // A type that lists alternatives may feed this socket and not that one: each wire is asked about once more.
  const as = {
    ...document,
    nodes: document.nodes.map((node) => (node.id === id ? { ...node, type: spec.id } : node)),
    wires: document.wires.filter((wire) => wire.from[0] !== id && wire.to[0] !== id),
  };
  return kept.filter((wire) => refusal(as, catalogue, wire) === null);
}

interface End<Key> {
  key: Key;
  name: string;
  type: string;
}

/** Which new socket each old end goes to: by name first, then by type; an input takes one wire only. */
function pair<Key, Socket extends InputSpec | OutputSpec>(
  ends: readonly End<Key>[],
  sockets: readonly Socket[],
  fits: (type: string, socket: Socket) => boolean,
  once: boolean,
): Map<Key, string> {
  const found = new Map<Key, string>();
  const used = new Set<string>();
  const settle = (end: End<Key>, socket: Socket | undefined) => {
    if (socket === undefined) return;
    found.set(end.key, socket.name);
    used.add(socket.name);
  };
  for (const end of ends) {
    settle(
      end,
      sockets.find((socket) => socket.name === end.name && fits(end.type, socket)),
    );
  }
  for (const end of ends) {
    if (found.has(end.key)) continue;
    const free = sockets.filter((socket) => fits(end.type, socket) && !(used.has(socket.name) && once));
    settle(end, free.find((socket) => socket.type === end.type && !isWidget(socket)) ?? free.find((s) => !isWidget(s)));
  }
  return found;
}

function isWidget(socket: InputSpec | OutputSpec): boolean {
  return "widget" in socket && socket.widget !== null;
}
