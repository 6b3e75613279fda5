/** Making a sub-graph of nodes: they go inside, one instance takes their place, and the wires across the border become sockets. */

import { isComment } from "../../comments";
import {
  type Frame,
  freeId,
  type GraphNode,
  newNode,
  nodeIndex,
  type Wire,
  type WorkflowDocument,
} from "../../document";
import type { Command } from "../../history";
import { newId } from "../../ids";
import { boundaryAround } from "../../inside";
import type { NamedEnd } from "../../named";
import { reroutesOf, tidyReroutes, viaOf } from "../../reroutes";
import type { Catalogue } from "../../spec";
import { ENTRY, EXIT, instanceType, isEdge, type Subgraph, type SubgraphSocket } from "../../subgraphs";

export interface Made {
  command: Command;
  /** The node that takes the place of the others. */
  instance: string;
  definition: string;
}

/** The command that puts nodes into a new sub-graph, or null when none of `ids` is a node. */
export function makeSubgraph(
  document: WorkflowDocument,
  catalogue: Catalogue,
  ids: readonly string[],
  title: string,
): Made | null {
  const chosen = new Set(ids.filter((id) => !isEdge(id)));
  const nodes = document.nodes.filter((node) => chosen.has(node.id));
  if (nodes.length === 0) return null;
  const border = crossings(document, catalogue, chosen);
  const promoted = document.inside?.definition.widgets.filter((item) => chosen.has(item.node)) ?? [];
  const frames = document.frames.filter((frame) => chosen.has(frame.id) || framesOnly(frame, document.nodes, chosen));
  const innerDots = new Set(border.inner.flatMap(viaOf));
  const dots = reroutesOf(document).filter((dot) => innerDots.has(dot.id));
  const definition: Subgraph = structuredClone({
    id: newId(),
    title,
    inputs: border.inputs,
    outputs: border.outputs,
    widgets: promoted,
    nodes,
    wires: border.inner,
    ...(dots.length === 0 ? {} : { reroutes: dots }),
    frames,
    ...(border.innerNamed.length === 0 ? {} : { named: border.innerNamed }),
    boundary: boundaryAround(nodes),
  });
  const instance = newNode(document, instanceType(definition.id), middleOf(nodes));
  // An id is for scripts and commands: the same whatever language the title is in.
  instance.id = freeId(document, "sub-graph");
  const gone = new Set(frames.map((frame) => frame.id));
  return {
    instance: instance.id,
    definition: definition.id,
    command: {
      label: "subgraph",
      run(draft) {
        draft.subgraphs = [...(draft.subgraphs ?? []), definition];
        draft.nodes = [...draft.nodes.filter((node) => !chosen.has(node.id)), structuredClone(instance)];
        draft.wires = border.outer(instance.id);
        if (draft.named !== undefined || border.innerNamed.length > 0) draft.named = border.outerNamed(instance.id);
        draft.frames = draft.frames.filter((frame) => !gone.has(frame.id));
        tidyReroutes(draft);
        // What showed on the sub-graph around these nodes still does, by way of the new one.
        const around = draft.subgraphs.find((item) => item.id === document.inside?.definition.id);
        for (const item of around?.widgets ?? []) {
          if (chosen.has(item.node)) Object.assign(item, { node: instance.id, widget: item.id });
        }
      },
    },
  };
}

interface Border {
  inputs: SubgraphSocket[];
  outputs: SubgraphSocket[];
  inner: Wire[];
  innerNamed: NamedEnd[];
  /** What is left outside, once the instance has this id. */
  outer: (instance: string) => Wire[];
  outerNamed: (instance: string) => NamedEnd[];
}

/** Sorts wires and names by the side of the border they are on. Each source across it gets one socket. */
function crossings(document: WorkflowDocument, catalogue: Catalogue, chosen: ReadonlySet<string>): Border {
  const types = typesOf(document, catalogue);
  const inputs = new Sockets("i");
  const outputs = new Sockets("o");
  const inner: Wire[] = [];
  const kept: Wire[] = [];
  const into = new Map<string, Wire["from"]>();
  const out: { from: string; to: Wire["to"] }[] = [];
  for (const wire of document.wires) {
    const [from, to] = [chosen.has(wire.from[0]), chosen.has(wire.to[0])];
    if (from && to) inner.push(wire);
    else if (to) {
      const socket = inputs.of(wire.from, types.label(wire.to), types.output(wire.from));
      into.set(socket, wire.from);
      inner.push({ from: [ENTRY, socket], to: wire.to });
    } else if (from) {
      const known = outputs.has(wire.from);
      const socket = outputs.of(wire.from, types.outputLabel(wire.from), types.output(wire.from));
      if (!known) inner.push({ from: wire.from, to: [EXIT, socket] });
      out.push({ from: socket, to: wire.to });
    } else kept.push(wire);
  }
  const names = named(document, chosen, (from, name) => {
    const known = outputs.has(from);
    const socket = outputs.of(from, name, types.output(from));
    if (!known) inner.push({ from, to: [EXIT, socket] });
    return socket;
  });
  return {
    inputs: inputs.all,
    outputs: outputs.all,
    inner,
    ...names,
    outer: (instance) => [
      ...kept,
      ...[...into].map(([socket, from]): Wire => ({ from, to: [instance, socket] })),
      ...out.map(({ from, to }): Wire => ({ from: [instance, from], to })),
    ],
  };
}

/** Receivers find a sender on any canvas around them, so they just go inside; what is sent inside is sent on outside. */
function named(
  document: WorkflowDocument,
  chosen: ReadonlySet<string>,
  socketOf: (from: NonNullable<NamedEnd["from"]>, name: string) => string,
): Pick<Border, "innerNamed" | "outerNamed"> {
  const inner: NamedEnd[] = [];
  const outer: ((instance: string) => NamedEnd)[] = [];
  for (const end of document.named ?? []) {
    const at = (end.from ?? end.to ?? [""])[0];
    if (!chosen.has(at)) {
      outer.push(() => end);
      continue;
    }
    inner.push(end);
    if (end.from === undefined || !receivedElsewhere(document, end.name, chosen)) continue;
    const socket = socketOf(end.from, end.name);
    outer.push((instance) => ({ ...end, from: [instance, socket] }));
  }
  return { innerNamed: inner, outerNamed: (instance) => outer.map((make) => make(instance)) };
}

function receivedElsewhere(document: WorkflowDocument, name: string, chosen: ReadonlySet<string>): boolean {
  const receives = (ends: readonly NamedEnd[] | undefined, inside: ReadonlySet<string>) =>
    ends?.some((end) => end.name === name && end.to !== undefined && !inside.has(end.to[0])) === true;
  const none = new Set<string>();
  return receives(document.named, chosen) || (document.subgraphs ?? []).some((item) => receives(item.named, none));
}

/** Sockets by the output that feeds them, with ids `i1`, `i2` … and names that differ. */
class Sockets {
  readonly all: SubgraphSocket[] = [];
  private readonly known = new Map<string, string>();
  constructor(private readonly prefix: string) {}

  has(source: readonly [string, string]): boolean {
    return this.known.has(JSON.stringify(source));
  }

  of(source: readonly [string, string], label: string, type: string): string {
    const key = JSON.stringify(source);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const id = `${this.prefix}${this.all.length + 1}`;
    this.known.set(key, id);
    this.all.push({ id, name: freeName(label, this.all), type });
    return id;
  }
}

/** A name that no socket of the list has: with a number behind it where it is taken. */
export function freeName(wanted: string, taken: readonly { name: string }[]): string {
  const names = new Set(taken.map((item) => item.name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!names.has(name)) return name;
  }
}

/** What a document's sockets carry, and what they are called. */
function typesOf(document: WorkflowDocument, catalogue: Catalogue) {
  const nodes = nodeIndex(document);
  const spec = (id: string) => catalogue.get(nodes.get(id)?.type ?? "");
  const outputOf = ([id, name]: Wire["from"]) => spec(id)?.outputs.find((item) => item.name === name);
  return {
    output: (from: Wire["from"]) => outputOf(from)?.type ?? "*",
    outputLabel: (from: Wire["from"]) => outputOf(from)?.label ?? from[1],
    label: ([id, name]: Wire["to"]) => spec(id)?.inputs.find((item) => item.name === name)?.label ?? name,
  };
}

/** Whether a frame stands around chosen nodes and no others. */
function framesOnly(frame: Frame, nodes: readonly GraphNode[], chosen: ReadonlySet<string>): boolean {
  if (isComment(frame)) return false;
  const [x, y, width, height] = frame.bounds;
  const held = nodes.filter(
    ({ unframed, position: [left, top] }) =>
      unframed !== true && left >= x && left < x + width && top >= y && top < y + height,
  );
  return held.length > 0 && held.every((node) => chosen.has(node.id));
}

const GRID = 8;

function middleOf(nodes: readonly GraphNode[]): [number, number] {
  const middle = (axis: 0 | 1) => {
    const values = nodes.map((node) => node.position[axis]);
    return Math.round((Math.min(...values) + Math.max(...values)) / 2 / GRID) * GRID;
  };
  return [middle(0), middle(1)];
}
