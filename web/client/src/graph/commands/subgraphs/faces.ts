/** Edits of what a sub-graph shows outside: its title, its sockets, its promoted widgets. They act on the whole document. */

import { type GraphNode, type SeedMode, type Wire, type WorkflowDocument, wireId } from "../../document";
import type { Command } from "../../history";
import { newId } from "../../ids";
import type { WidgetValue } from "../../spec";
import { ENTRY, EXIT, instanceType, type Subgraph, type SubgraphSocket } from "../../subgraphs";
import { freeName } from "./make";

export type Side = "inputs" | "outputs";
/** What of a sub-graph's outside can be named, ordered and removed. */
export type Face = Side | "widgets";

function edited(label: string, id: string, change: (definition: Subgraph, draft: WorkflowDocument) => void): Command {
  return {
    label,
    run(draft) {
      const definition = draft.subgraphs?.find((item) => item.id === id);
      if (definition !== undefined) change(definition, draft);
    },
  };
}

/** Name a sub-graph: every instance without a name of its own goes by it. */
export function renameSubgraph(id: string, title: string): Command {
  return edited("rename", id, (definition) => {
    if (definition.title !== title) definition.title = title;
  });
}

/** Give a sub-graph a socket, and draw its wire inside, if one is given. */
export function addSocket(
  document: WorkflowDocument,
  id: string,
  side: Side,
  wanted: Pick<SubgraphSocket, "name" | "type">,
) {
  const known = document.subgraphs?.find((item) => item.id === id)?.[side] ?? [];
  const socket = freeSocketId(known, side === "inputs" ? "i" : "o");
  const command = edited("socket", id, (definition) => {
    definition[side].push({ ...wanted, id: socket, name: freeName(wanted.name, definition[side]) });
  });
  return { command, socket };
}

function freeSocketId(known: readonly { id: string }[], prefix: string): string {
  const ids = new Set(known.map((item) => item.id));
  let number = known.length + 1;
  while (ids.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

/** Name a socket or a promoted widget. Wires and values hold on to its id. */
export function renameFace(id: string, face: Face, item: string, name: string): Command {
  return edited("rename", id, (definition) => {
    const found = definition[face].find((other) => other.id === item);
    if (found !== undefined && name !== "" && found.name !== name) found.name = name;
  });
}

/** Move a socket or a promoted widget up or down among its kind. */
export function moveFace(id: string, face: Face, item: string, by: -1 | 1): Command {
  return edited("reorder", id, (definition) => {
    const list = definition[face] as { id: string }[];
    const from = list.findIndex((other) => other.id === item);
    const to = from + by;
    if (from < 0 || to < 0 || to >= list.length) return;
    const next = [...list];
    next.splice(to, 0, ...next.splice(from, 1));
    // Wires and values keep their meaning, as they name ids and not places.
    (definition as unknown as Record<Face, { id: string }[]>)[face] = next;
  });
}

/** Take a socket or a promoted widget away, with its wires inside and those of every instance. */
export function removeFace(id: string, face: Face, item: string): Command {
  return edited("delete", id, (definition, draft) => {
    if (!definition[face].some((other) => other.id === item)) return;
    (definition as unknown as Record<Face, { id: string }[]>)[face] = definition[face].filter(
      (other) => other.id !== item,
    );
    if (face === "inputs") cut(definition, (node, socket) => node === ENTRY && socket === item);
    if (face === "outputs") cut(definition, (node, socket) => node === EXIT && socket === item);
    for (const canvas of canvases(draft)) {
      const placed = new Set(instancesOn(canvas, id).map((node) => node.id));
      if (placed.size === 0) continue;
      if (face !== "widgets") cut(canvas, (node, socket) => placed.has(node) && socket === item);
      for (const node of instancesOn(canvas, id)) {
        if (item in node.widgets) delete node.widgets[item];
        if (node.seeds !== undefined && item in node.seeds) delete node.seeds[item];
      }
    }
  });
}

/** What has nodes and wires: a document, or a definition. */
export type Canvas = Pick<WorkflowDocument, "nodes" | "wires" | "named">;

/** The canvases of a document. */
export function canvases(draft: WorkflowDocument): Canvas[] {
  return [draft, ...(draft.subgraphs ?? [])];
}

/** The instances of a definition on a canvas. */
export function instancesOn(canvas: Canvas, id: string): GraphNode[] {
  return canvas.nodes.filter((node) => node.type === instanceType(id));
}

/** Drop the wires and named ends with an end that is gone. */
export function cut(canvas: Canvas, gone: (node: string, socket: string) => boolean): void {
  const stays = (wire: Wire) => !gone(...wire.from) && !gone(...wire.to);
  if (!canvas.wires.every(stays)) canvas.wires = canvas.wires.filter(stays);
  const ends = canvas.named;
  const holds = (end: { from?: [string, string]; to?: [string, string] }) => !gone(...(end.from ?? end.to ?? ["", ""]));
  if (ends !== undefined && !ends.every(holds)) canvas.named = ends.filter(holds);
}

export interface Promotion {
  node: string;
  widget: string;
  name: string;
  value: WidgetValue;
  seed?: SeedMode | undefined;
}

/** Show an inner widget on every instance. They begin with the value it has inside. */
export function promote(id: string, { node, widget, name, value, seed }: Promotion): Command {
  return edited("promote", id, (definition, draft) => {
    if (definition.widgets.some((item) => item.node === node && item.widget === widget)) return;
    const item = freeSocketId(definition.widgets, "w");
    definition.widgets.push({ id: item, name: freeName(name, definition.widgets), node, widget });
    for (const canvas of canvases(draft)) {
      for (const instance of instancesOn(canvas, id)) {
        instance.widgets[item] = value;
        if (seed !== undefined) instance.seeds = { ...instance.seeds, [item]: seed };
      }
    }
  });
}

/** Make one instance independent: it gets a definition of its own, which begins as a copy. */
export function ownCopy(instance: string, definition: Subgraph, title: string): Command {
  const copy: Subgraph = { ...structuredClone(definition), id: newId(), title };
  return {
    label: "own_copy",
    run(draft) {
      const node = draft.nodes.find((item) => item.id === instance);
      if (node === undefined) return;
      node.type = instanceType(copy.id);
      draft.subgraphs = [...(draft.subgraphs ?? []), copy];
    },
  };
}

/** Forget a definition when nothing is an instance of it any more. */
export function forgetUnused(id: string): Command {
  return {
    label: "dissolve",
    run(draft) {
      if (canvases(draft).some((canvas) => instancesOn(canvas, id).length > 0)) return;
      draft.subgraphs = draft.subgraphs?.filter((item) => item.id !== id) ?? [];
    },
  };
}

/** Wires inside a definition that hold on to a socket of its edges. */
export function wiresAt(definition: Subgraph, edge: string, socket: string): string[] {
  return definition.wires
    .filter(({ from, to }) => (from[0] === edge && from[1] === socket) || (to[0] === edge && to[1] === socket))
    .map(wireId);
}
