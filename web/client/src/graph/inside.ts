/**
 * The canvas inside a sub-graph as a document of its own: everything that reads or edits the outer canvas then works
 * there too. A path names the instances one enters, from the outermost on.
 */

import type { GraphNode, WorkflowDocument } from "./document";
import type { Command } from "./history";
import { ENTRY, EXIT, type Subgraph, subgraphOf } from "./subgraphs";

/** What the document of an inner canvas says beside its nodes. It is never saved: it is derived. */
export interface Inside {
  path: readonly string[];
  definition: Subgraph;
  /** Names that canvases around this one send. */
  names: ReadonlySet<string>;
}

/** Room between the outermost nodes and the sub-graph's edges. */
const GAP = 320;

/** The part of a path that still exists: an instance may have been deleted, or its definition. */
export function validPath(document: WorkflowDocument, path: readonly string[]): readonly string[] {
  let nodes: readonly GraphNode[] = document.nodes;
  for (const [depth, id] of path.entries()) {
    const node = nodes.find((item) => item.id === id);
    const definition = node === undefined ? undefined : subgraphOf(document, node.type);
    if (definition === undefined) return path.slice(0, depth);
    nodes = definition.nodes;
  }
  return path;
}

const known = new WeakMap<WorkflowDocument, Map<string, WorkflowDocument>>();

/** The canvas at the end of a path, as a document. The same objects in give the same object out. */
export function canvasAt(document: WorkflowDocument, path: readonly string[]): WorkflowDocument {
  const valid = validPath(document, path);
  if (valid.length === 0) return document;
  const canvases = known.get(document) ?? new Map<string, WorkflowDocument>();
  known.set(document, canvases);
  const key = JSON.stringify(valid);
  const before = canvases.get(key);
  if (before !== undefined) return before;
  const canvas = innerCanvas(document, valid);
  canvases.set(key, canvas);
  return canvas;
}

function innerCanvas(document: WorkflowDocument, path: readonly string[]): WorkflowDocument {
  const names = new Set<string>();
  let outer: Pick<WorkflowDocument, "nodes" | "named"> = document;
  let definition: Subgraph | undefined;
  for (const id of path) {
    for (const end of outer.named ?? []) if (end.from !== undefined) names.add(end.name);
    const instance = outer.nodes.find((node) => node.id === id);
    definition = subgraphOf(document, instance?.type ?? "");
    if (definition === undefined) return document;
    outer = definition;
  }
  if (definition === undefined) return document;
  const { named, reroutes, ...rest } = document;
  return {
    ...rest,
    nodes: withEdges(definition),
    wires: definition.wires,
    ...(definition.named === undefined ? {} : { named: definition.named }),
    ...(definition.reroutes === undefined ? {} : { reroutes: definition.reroutes }),
    frames: definition.frames,
    inside: { path, definition, names },
  };
}

const edged = new WeakMap<GraphNode[], { boundary: Subgraph["boundary"]; nodes: GraphNode[] }>();

/** The nodes of a definition between its two edges, which stand on the canvas like nodes. */
function withEdges(definition: Subgraph): GraphNode[] {
  const before = edged.get(definition.nodes);
  if (before !== undefined && before.boundary === definition.boundary) return before.nodes;
  const places = definition.boundary ?? boundaryAround(definition.nodes);
  const nodes = [edge(ENTRY, places.inputs), ...definition.nodes, edge(EXIT, places.outputs)];
  edged.set(definition.nodes, { boundary: definition.boundary, nodes });
  return nodes;
}

const edges = new Map<string, WeakMap<readonly number[], GraphNode>>();

function edge(id: string, position: [number, number]): GraphNode {
  const byPlace = edges.get(id) ?? new WeakMap<readonly number[], GraphNode>();
  edges.set(id, byPlace);
  const before = byPlace.get(position);
  if (before !== undefined) return before;
  const node: GraphNode = {
    id,
    type: id,
    title: "",
    position,
    size: null,
    widgets: {},
    mode: "active",
    collapsed: false,
    pinned: false,
    color: null,
  };
  byPlace.set(position, node);
  return node;
}

/** Where the edges stand when nobody has moved them: left and right of all nodes, level with the highest. */
export function boundaryAround(nodes: readonly GraphNode[]): NonNullable<Subgraph["boundary"]> {
  if (nodes.length === 0) return { inputs: [0, 0], outputs: [2 * GAP, 0] };
  const left = Math.min(...nodes.map((node) => node.position[0]));
  const right = Math.max(...nodes.map((node) => node.position[0]));
  const top = Math.min(...nodes.map((node) => node.position[1]));
  return { inputs: [left - GAP, top], outputs: [right + GAP, top] };
}

/** What an inner canvas has of its own; everything else of a document is the whole document's. */
const OWN: ReadonlySet<string | symbol> = new Set(["nodes", "wires", "named", "reroutes", "frames", "boundary"]);

/** A command made to act on the canvas at the end of a path instead of on the outermost one. */
export function within(command: Command, document: WorkflowDocument, path: readonly string[]): Command {
  const id = canvasAt(document, path).inside?.definition.id;
  if (id === undefined) return command;
  return {
    label: command.label,
    ...(command.merge === undefined ? {} : { merge: `${id}/${command.merge}` }),
    ...(command.gesture === undefined ? {} : { gesture: command.gesture }),
    run(draft) {
      const definition = draft.subgraphs?.find((item) => item.id === id);
      if (definition !== undefined) command.run(facade(draft, definition));
    },
  };
}

/** A draft whose canvas is the definition's. Both stay immer's own drafts, so that patches come out as ever. */
function facade(draft: WorkflowDocument, definition: Subgraph): WorkflowDocument {
  const owner = (key: string | symbol): object => (OWN.has(key) ? definition : draft);
  return new Proxy(draft, {
    get: (_, key) => Reflect.get(owner(key), key),
    set: (_, key, value) => Reflect.set(owner(key), key, value),
    has: (_, key) => Reflect.has(owner(key), key),
    deleteProperty: (_, key) => Reflect.deleteProperty(owner(key), key),
  });
}
