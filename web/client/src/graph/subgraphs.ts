/**
 * Sub-graphs: a node of type `subgraph:<id>` is an instance of a definition that the document carries. Here a definition
 * becomes a node spec, so that the page treats instances like any other node. Sockets and promoted widgets are called
 * by their ids, as wires and values hold on to them; their names are labels.
 */

import type { WorkflowDocument } from "./document";
import { type Catalogue, defaultValue, type InputSpec, type NodeSpec, type OutputSpec, type Widget } from "./spec";

const TYPE = "subgraph:";
const ENTRY = "$inputs";
/** As deep as the engine opens out; deeper ones have no spec and show as missing. */
const DEEPEST = 32;

interface Inner {
  id: string;
  type: string;
  widgets?: Record<string, unknown>;
}

interface Socket {
  id: string;
  name?: string;
  type?: string;
}

interface Promoted {
  id: string;
  name?: string;
  node: string;
  widget: string;
}

/** A definition, as the document holds it. Fields that this page does not read are kept beside these. */
export interface Subgraph {
  id: string;
  title?: string;
  inputs?: Socket[];
  outputs?: Socket[];
  widgets?: Promoted[];
  nodes?: Inner[];
  wires?: { from: [string, string]; to: [string, string] }[];
  [unknown: string]: unknown;
}

/** Whether a node type is an instance of a sub-graph. */
export function isInstance(type: string): boolean {
  return type.startsWith(TYPE);
}

/** The definitions that a document carries. */
export function subgraphsOf(document: Pick<WorkflowDocument, "subgraphs">): readonly Subgraph[] {
  return Array.isArray(document.subgraphs) ? document.subgraphs : NONE;
}

const NONE: readonly Subgraph[] = [];

const known = new WeakMap<readonly Subgraph[], WeakMap<Catalogue, Catalogue>>();

/** The catalogue with the document's own sub-graphs in it. The same objects in give the same object out. */
export function withSubgraphs(catalogue: Catalogue, document: Pick<WorkflowDocument, "subgraphs">): Catalogue {
  const definitions = subgraphsOf(document);
  if (definitions.length === 0) return catalogue;
  const byCatalogue = known.get(definitions) ?? new WeakMap<Catalogue, Catalogue>();
  known.set(definitions, byCatalogue);
  const before = byCatalogue.get(catalogue);
  if (before !== undefined) return before;
  const extended = new Map([...catalogue, ...specsOf(definitions, catalogue)]);
  byCatalogue.set(catalogue, extended);
  return extended;
}

/** Specs by type: the innermost first, since a definition may place others. */
function specsOf(definitions: readonly Subgraph[], catalogue: Catalogue): Map<string, NodeSpec> {
  const specs = new Map<string, NodeSpec>();
  let waiting = definitions.filter((definition) => typeof definition?.id === "string");
  for (let depth = 0; depth < DEEPEST && waiting.length > 0; depth += 1) {
    const later: Subgraph[] = [];
    const ready: Subgraph[] = [];
    const missing = new Set(waiting.map((definition) => TYPE + definition.id));
    for (const definition of waiting) {
      (nodesOf(definition).some((node) => missing.has(node.type)) ? later : ready).push(definition);
    }
    for (const definition of ready) {
      specs.set(
        TYPE + definition.id,
        specOf(definition, (type) => specs.get(type) ?? catalogue.get(type)),
      );
    }
    if (ready.length === 0) break;
    waiting = later;
  }
  return specs;
}

type Lookup = (type: string) => NodeSpec | undefined;

function specOf(definition: Subgraph, lookup: Lookup): NodeSpec {
  const inner = new Map(nodesOf(definition).map((node) => [node.id, node]));
  const widgetAt = (node: string, name: string) => widgetOf(inner.get(node), name, lookup);
  const sockets = listed(definition.inputs).map((socket): InputSpec => {
    const end = (definition.wires ?? []).find(({ from }) => from[0] === ENTRY && from[1] === socket.id)?.to;
    const found = end === undefined ? undefined : widgetAt(end[0], end[1]);
    return { ...named(socket), type: socket.type ?? "*", required: false, lazy: false, widget: found?.widget ?? null };
  });
  const promoted = listed(definition.widgets).flatMap((item): InputSpec[] => {
    const found = widgetAt(item.node, item.widget);
    return found === undefined
      ? []
      : [{ ...named(item), type: found.type, required: false, lazy: false, widget: found.widget }];
  });
  return {
    id: TYPE + definition.id,
    title: definition.title || definition.id,
    category: "sub-graphs",
    description: "",
    version: "",
    inputs: [...sockets, ...promoted],
    outputs: listed(definition.outputs).map(
      (socket): OutputSpec => ({ ...named(socket), type: socket.type ?? "*", is_list: false }),
    ),
    is_output: [...inner.values()].some((node) => lookup(node.type)?.is_output === true),
    cacheable: true,
    deprecated: false,
    experimental: false,
    aliases: [],
    source: "",
  };
}

/** An inner node's widget, with the value it has there as the default. */
function widgetOf(node: Inner | undefined, name: string, lookup: Lookup): { type: string; widget: Widget } | undefined {
  const input = node === undefined ? undefined : lookup(node.type)?.inputs.find((item) => item.name === name);
  if (node === undefined || input === undefined || input.widget === null) return undefined;
  const value = node.widgets?.[name] ?? defaultValue(input.widget);
  return { type: input.type, widget: { ...input.widget, default: value } as Widget };
}

function named(item: { id: string; name?: string }): { name: string; label: string; tooltip: string } {
  return { name: item.id, label: item.name || item.id, tooltip: "" };
}

function nodesOf(definition: Subgraph): Inner[] {
  return Array.isArray(definition.nodes) ? definition.nodes : [];
}

function listed<Item extends { id: string }>(items: Item[] | undefined): Item[] {
  return Array.isArray(items) ? items.filter((item) => typeof item?.id === "string") : [];
}

/** The definitions that these node types need, with those inside them. */
export function neededSubgraphs(definitions: readonly Subgraph[], types: Iterable<string>): Subgraph[] {
  const byType = new Map(definitions.map((definition) => [TYPE + definition.id, definition]));
  const needed = new Set<Subgraph>();
  const waiting = [...types];
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    const definition = byType.get(type);
    if (definition === undefined || needed.has(definition)) continue;
    needed.add(definition);
    waiting.push(...nodesOf(definition).map((node) => node.type));
  }
  return definitions.filter((definition) => needed.has(definition));
}
