/** The workflow document: what a person edits, saves and shares. */

import type { WorkflowForm } from "./form";
import { newId } from "./ids";
import type { Inside } from "./inside";
import type { NamedEnd } from "./named";
import type { Reroute } from "./reroutes";
import type { WidgetValue } from "./spec";
import type { Subgraph } from "./subgraphs";

export type NodeMode = "active" | "muted" | "bypassed";

/** What happens to a seed after each run. */
export type SeedMode = "fixed" | "random" | "increment" | "decrement";

export interface GraphNode {
  id: string;
  type: string;
  title: string;
  position: [number, number];
  size: [number, number] | null;
  widgets: Record<string, WidgetValue>;
  mode: NodeMode;
  collapsed: boolean;
  pinned: boolean;
  color: string | null;
  /** Belongs to no frame, though it may lie over one. */
  unframed?: true;
  /** Seed modes by widget name; absent means fixed. */
  seeds?: Record<string, SeedMode>;
  [unknown: string]: unknown;
}

export interface Wire {
  from: [node: string, output: string];
  to: [node: string, input: string];
  /** The dots it goes through, from the output on. */
  via?: string[];
  [unknown: string]: unknown;
}

export interface Frame {
  id: string;
  /** There on a frame that holds words instead of nodes. */
  kind?: "comment";
  title: string;
  note: string;
  bounds: [x: number, y: number, width: number, height: number];
  color: string | null;
}

export interface View {
  x: number;
  y: number;
  zoom: number;
}

/** The version this page writes; it reads this one and 1, which had no sub-graphs and no named wires. */
export const DOCUMENT_VERSION = 2;

export interface WorkflowDocument {
  noiseloom: typeof DOCUMENT_VERSION;
  id: string;
  title: string;
  nodes: GraphNode[];
  wires: Wire[];
  /** Ends of named wires. */
  named?: NamedEnd[];
  /** Definitions that nodes of type `subgraph:<id>` are instances of. */
  subgraphs?: Subgraph[];
  /** Dots that wires go through. */
  reroutes?: Reroute[];
  frames: Frame[];
  /** Some widgets and results as a simple page. */
  form?: WorkflowForm;
  view: View;
  extra: Record<string, unknown>;
  /** There when this is the canvas inside a sub-graph, seen as a document; never saved. */
  inside?: Inside;
  [unknown: string]: unknown;
}

/** A fresh document with nothing in it. */
export function emptyDocument(title: string): WorkflowDocument {
  return {
    noiseloom: DOCUMENT_VERSION,
    id: newId(),
    title,
    nodes: [],
    wires: [],
    frames: [],
    view: { x: 0, y: 0, zoom: 1 },
    extra: {},
  };
}

/** A node of `type` at `position`, with a readable id that is free in `document`. */
export function newNode(document: WorkflowDocument, type: string, position: [number, number]): GraphNode {
  return {
    id: freeId(document, type),
    type,
    title: "",
    position,
    size: null,
    widgets: {},
    mode: "active",
    collapsed: false,
    pinned: false,
    color: null,
  };
}

/** An id made of `base` in lower case that no node or frame of the document has. */
export function freeId(document: WorkflowDocument, base: string, taken: ReadonlySet<string> = new Set()): string {
  const stem =
    base
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "node";
  const used = nodeIndex(document);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!used.has(id) && !taken.has(id)) return id;
  }
}

/** Memory for a value derived from an immutable object: computed once an object, freed with it. */
function derived<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const memory = new WeakMap<Key, Value>();
  return (key) => {
    const known = memory.get(key);
    if (known !== undefined) return known;
    const value = compute(key);
    memory.set(key, value);
    return value;
  };
}

const indexNodes = derived((nodes: GraphNode[]) => new Map(nodes.map((node) => [node.id, node])));
const indexIncoming = derived((wires: Wire[]) => {
  const incoming = new Map<string, Map<string, Wire>>();
  for (const wire of wires) {
    const [node, input] = wire.to;
    const inputs = incoming.get(node) ?? new Map<string, Wire>();
    inputs.set(input, wire);
    incoming.set(node, inputs);
  }
  return incoming;
});
const indexOutgoing = derived((wires: Wire[]) => {
  const outgoing = new Map<string, Wire[]>();
  for (const wire of wires) {
    const list = outgoing.get(wire.from[0]);
    if (list === undefined) outgoing.set(wire.from[0], [wire]);
    else list.push(wire);
  }
  return outgoing;
});

/** Nodes by id; computed once a version of the document. */
export function nodeIndex(document: WorkflowDocument): ReadonlyMap<string, GraphNode> {
  return indexNodes(document.nodes);
}

/** Wires into a node by input name. */
export function incomingWires(document: WorkflowDocument, node: string): ReadonlyMap<string, Wire> {
  return indexIncoming(document.wires).get(node) ?? NO_WIRES_BY_NAME;
}

/** Wires out of a node. */
export function outgoingWires(document: WorkflowDocument, node: string): readonly Wire[] {
  return indexOutgoing(document.wires).get(node) ?? NO_WIRES;
}

const NO_WIRES_BY_NAME: ReadonlyMap<string, Wire> = new Map();
const NO_WIRES: readonly Wire[] = [];

/** A wire's identity: an input holds one wire, so its end names it. */
export function wireId(wire: Wire): string {
  return JSON.stringify([wire.from, wire.to]);
}
