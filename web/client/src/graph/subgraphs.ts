/**
 * Sub-graphs: a node of type `subgraph:<id>` is an instance of a definition that the document carries. Sockets and
 * promoted widgets are called by their ids, as wires and values hold on to them; their names are labels.
 */

import type { Frame, GraphNode, Wire, WorkflowDocument } from "./document";
import type { NamedEnd } from "./named";
import type { Reroute } from "./reroutes";

const TYPE = "subgraph:";
/** Inside a sub-graph, wires from this id come from outside: its outputs are the sub-graph's inputs. */
export const ENTRY = "$inputs";
/** Inside a sub-graph, wires to this id go outside. */
export const EXIT = "$outputs";
/** The free place at the end of an edge: a wire that ends here makes a socket. It is never in a document. */
export const NEW_SOCKET = "$new";

/** An input or output of a sub-graph. Wires hold on to the id; the name is a label. */
export interface SubgraphSocket {
  id: string;
  name: string;
  type: string;
  [unknown: string]: unknown;
}

/** A widget of an inner node that every instance shows. Instances keep their values by the id. */
export interface PromotedWidget {
  id: string;
  name: string;
  node: string;
  widget: string;
  [unknown: string]: unknown;
}

/** A definition, as the document holds it. Fields that this page does not read are kept beside these. */
export interface Subgraph {
  id: string;
  title: string;
  inputs: SubgraphSocket[];
  outputs: SubgraphSocket[];
  widgets: PromotedWidget[];
  nodes: GraphNode[];
  wires: Wire[];
  frames: Frame[];
  reroutes?: Reroute[];
  named?: NamedEnd[];
  /** Where its two edges stand on its canvas. */
  boundary?: { inputs: [number, number]; outputs: [number, number] };
  [unknown: string]: unknown;
}

/** Whether an id is one of a sub-graph's two edges, which are no nodes of the document. */
export function isEdge(id: string): boolean {
  return id === ENTRY || id === EXIT;
}

/** The type of a definition's instances. */
export function instanceType(definition: string): string {
  return TYPE + definition;
}

/** The definition that a node type is an instance of. */
export function subgraphOf(document: Pick<WorkflowDocument, "subgraphs">, type: string): Subgraph | undefined {
  if (!isInstance(type)) return undefined;
  const id = type.slice(TYPE.length);
  return subgraphsOf(document).find((definition) => definition.id === id);
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

/** The nodes inside a definition. */
export function nodesOf(definition: Subgraph): GraphNode[] {
  return Array.isArray(definition.nodes) ? definition.nodes : [];
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
