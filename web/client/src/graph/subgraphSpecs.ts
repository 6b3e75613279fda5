/** Definitions as node types, so that the page treats instances, and the edges inside, like any other node. */

import type { GraphNode, WorkflowDocument } from "./document";
import { type Catalogue, defaultValue, type InputSpec, type NodeSpec, type OutputSpec, type Widget } from "./spec";
import {
  ENTRY,
  EXIT,
  instanceType,
  NEW_SOCKET,
  neededSubgraphs,
  nodesOf,
  type Subgraph,
  type SubgraphSocket,
  subgraphsOf,
} from "./subgraphs";

/** As deep as the engine opens out; deeper ones have no spec and show as missing. */
const DEEPEST = 32;

const known = new WeakMap<readonly Subgraph[], WeakMap<Catalogue, Catalogue>>();

/** The catalogue with the document's own sub-graphs in it. The same objects in give the same object out. */
export function withSubgraphs(
  catalogue: Catalogue,
  document: Pick<WorkflowDocument, "subgraphs" | "inside">,
): Catalogue {
  const extended = withInstances(catalogue, document);
  return document.inside === undefined
    ? extended
    : withEdgeSpecs(extended, document.inside.definition, subgraphsOf(document));
}

const knownInside = new WeakMap<Catalogue, WeakMap<Subgraph, Catalogue>>();

/** Inside a sub-graph its edges are node types too, and what would place it within itself is not offered. */
function withEdgeSpecs(catalogue: Catalogue, definition: Subgraph, all: readonly Subgraph[]): Catalogue {
  const byDefinition = knownInside.get(catalogue) ?? new WeakMap<Subgraph, Catalogue>();
  knownInside.set(catalogue, byDefinition);
  const before = byDefinition.get(definition);
  if (before !== undefined) return before;
  const extended = new Map([...catalogue, [ENTRY, edgeSpec(ENTRY, definition)], [EXIT, edgeSpec(EXIT, definition)]]);
  for (const { id } of all) {
    const type = instanceType(id);
    const spec = extended.get(type);
    if (spec !== undefined && neededSubgraphs(all, [type]).includes(definition)) {
      extended.set(type, { ...spec, deprecated: true });
    }
  }
  byDefinition.set(definition, extended);
  return extended;
}

const edgeSpecs = new WeakMap<readonly SubgraphSocket[], NodeSpec>();

/** An edge as a node type. The same sockets give the same object. It is never offered: the palette hides such types. */
function edgeSpec(id: string, definition: Subgraph): NodeSpec {
  const sockets = id === ENTRY ? definition.inputs : definition.outputs;
  const before = edgeSpecs.get(sockets);
  if (before !== undefined) return before;
  const places = [...sockets, { id: NEW_SOCKET, name: NEW_SOCKET, type: "*" }];
  const face = (socket: SubgraphSocket) => ({ ...named(socket), type: socket.type || "*" });
  const spec: NodeSpec = {
    ...blankSpec(id),
    inputs: id === EXIT ? places.map((item) => ({ ...face(item), required: false, lazy: false, widget: null })) : [],
    outputs: id === ENTRY ? places.map((item) => ({ ...face(item), is_list: false })) : [],
    deprecated: true,
  };
  edgeSpecs.set(sockets, spec);
  return spec;
}

function withInstances(catalogue: Catalogue, document: Pick<WorkflowDocument, "subgraphs">): Catalogue {
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
    const missing = new Set(waiting.map((definition) => instanceType(definition.id)));
    for (const definition of waiting) {
      (nodesOf(definition).some((node) => missing.has(node.type)) ? later : ready).push(definition);
    }
    for (const definition of ready) {
      specs.set(
        instanceType(definition.id),
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
    ...blankSpec(instanceType(definition.id)),
    title: definition.title || definition.id,
    inputs: [...sockets, ...promoted],
    outputs: listed(definition.outputs).map(
      (socket): OutputSpec => ({ ...named(socket), type: socket.type ?? "*", is_list: false }),
    ),
    is_output: [...inner.values()].some((node) => lookup(node.type)?.is_output === true),
  };
}

function blankSpec(id: string): NodeSpec {
  return {
    id,
    title: id,
    category: "sub-graphs",
    description: "",
    version: "",
    inputs: [],
    outputs: [],
    is_output: false,
    cacheable: true,
    deprecated: false,
    experimental: false,
    aliases: [],
    source: "",
  };
}

/** An inner node's widget, with the value it has there as the default. */
function widgetOf(
  node: GraphNode | undefined,
  name: string,
  lookup: Lookup,
): { type: string; widget: Widget } | undefined {
  const input = node === undefined ? undefined : lookup(node.type)?.inputs.find((item) => item.name === name);
  if (node === undefined || input === undefined || input.widget === null) return undefined;
  const value = node.widgets?.[name] ?? defaultValue(input.widget);
  return { type: input.type, widget: { ...input.widget, default: value } as Widget };
}

function named(item: { id: string; name: string }): { name: string; label: string; tooltip: string } {
  return { name: item.id, label: item.name || item.id, tooltip: "" };
}

function listed<Item extends { id: string }>(items: Item[] | undefined): Item[] {
  return Array.isArray(items) ? items.filter((item) => typeof item?.id === "string") : [];
}
