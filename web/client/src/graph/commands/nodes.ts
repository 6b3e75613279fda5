/** Edits of nodes. */

import type { GraphNode, NodeMode, WorkflowDocument } from "../document";
import type { Command } from "../history";
import { tidyReroutes } from "../reroutes";
import { ENTRY, EXIT, isEdge, type Subgraph } from "../subgraphs";
import { dropReroutes } from "./reroutes";

/** Put a node on the canvas. */
export function addNode(node: GraphNode): Command {
  return { label: "add", run: (draft) => void draft.nodes.push(structuredClone(node)) };
}

/** Remove nodes with their wires, and frames. */
export function remove(ids: readonly string[]): Command {
  const gone = new Set(ids.filter((id) => !isEdge(id)));
  return {
    label: "delete",
    run(draft) {
      draft.nodes = keep(draft.nodes, (node) => !gone.has(node.id));
      draft.wires = keep(draft.wires, (wire) => !gone.has(wire.from[0]) && !gone.has(wire.to[0]));
      if (draft.named !== undefined) {
        // A sender that goes leaves its receivers: they say what they miss, and undo brings the sender back.
        draft.named = keep(draft.named, (end) => !gone.has((end.from ?? end.to ?? [""])[0]));
      }
      draft.frames = keep(draft.frames, (frame) => !gone.has(frame.id));
      dropReroutes(draft, gone);
      tidyReroutes(draft);
    },
  };
}

function keep<Item>(items: Item[], test: (item: Item) => boolean): Item[] {
  return items.every(test) ? items : items.filter(test);
}

/** New positions of nodes and frames by id. Calls with the same `gesture` are one step. */
export function move(positions: ReadonlyMap<string, [number, number]>, gesture?: string): Command {
  return {
    label: "move",
    ...(gesture === undefined ? {} : { merge: `move:${gesture}` }),
    run(draft) {
      for (const node of draft.nodes) {
        const position = positions.get(node.id);
        if (position !== undefined && (node.position[0] !== position[0] || node.position[1] !== position[1])) {
          node.position = position;
        }
      }
      for (const frame of draft.frames) {
        const position = positions.get(frame.id);
        if (position !== undefined) {
          frame.bounds[0] = position[0];
          frame.bounds[1] = position[1];
        }
      }
      for (const dot of draft.reroutes ?? []) dot.position = positions.get(dot.id) ?? dot.position;
      moveEdges(draft, positions);
    },
  };
}

/** Inside a sub-graph, its edges can be moved like nodes. */
function moveEdges(draft: WorkflowDocument, positions: ReadonlyMap<string, [number, number]>): void {
  const boundary = draft.boundary as Subgraph["boundary"];
  if (boundary === undefined) return;
  boundary.inputs = positions.get(ENTRY) ?? boundary.inputs;
  boundary.outputs = positions.get(EXIT) ?? boundary.outputs;
}

/** Give a node a size of its own, or null for the one its type asks for. */
export function resize(id: string, size: [number, number] | null): Command {
  return { label: "resize", run: (draft) => edit(draft, [id], (node) => assign(node, "size", size)) };
}

/** Name a node; an empty name returns to the type's title. */
export function rename(id: string, title: string): Command {
  return { label: "rename", run: (draft) => edit(draft, [id], (node) => assign(node, "title", title)) };
}

/** Set whether nodes run. Setting what all of them already have returns them to `active`. */
export function toggleMode(ids: readonly string[], mode: NodeMode): Command {
  return {
    label: mode,
    run(draft) {
      const nodes = draft.nodes.filter((node) => ids.includes(node.id));
      const next = nodes.every((node) => node.mode === mode) ? "active" : mode;
      edit(draft, ids, (node) => assign(node, "mode", next));
    },
  };
}

/** Collapse nodes to their header, or open them. */
export function toggleCollapsed(ids: readonly string[]): Command {
  return { label: "collapse", run: (draft) => toggle(draft, ids, "collapsed") };
}

/** Keep nodes where they are, or let them move again. */
export function togglePinned(ids: readonly string[]): Command {
  return { label: "pin", run: (draft) => toggle(draft, ids, "pinned") };
}

/** Whether nodes belong to no frame, also where they lie over one. */
export function setUnframed(ids: readonly string[], unframed: boolean): Command {
  return {
    label: "move",
    run: (draft) =>
      edit(draft, ids, (node) => {
        if (unframed) node.unframed = true;
        else if (node.unframed !== undefined) delete node.unframed;
      }),
  };
}

/** Colour nodes; null is the theme's own. */
export function colorNodes(ids: readonly string[], color: string | null): Command {
  return { label: "color", run: (draft) => edit(draft, ids, (node) => assign(node, "color", color)) };
}

function toggle(draft: WorkflowDocument, ids: readonly string[], flag: "collapsed" | "pinned"): void {
  const nodes = draft.nodes.filter((node) => ids.includes(node.id));
  const next = !nodes.every((node) => node[flag]);
  edit(draft, ids, (node) => assign(node, flag, next));
}

function edit(draft: WorkflowDocument, ids: readonly string[], change: (node: GraphNode) => void): void {
  const chosen = new Set(ids);
  for (const node of draft.nodes) if (chosen.has(node.id)) change(node);
}

/** Assigning an equal value would still make a patch; this does not. */
function assign<Key extends keyof GraphNode>(node: GraphNode, key: Key, value: GraphNode[Key]): void {
  if (node[key] !== value) node[key] = value;
}
