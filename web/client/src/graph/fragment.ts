/** A piece of a workflow: what copy puts on the clipboard and paste brings back. */

import { type Frame, freeId, type GraphNode, type Wire, type WorkflowDocument } from "./document";
import type { Command } from "./history";
import type { NamedEnd } from "./named";
import { type Reroute, reroutesOf, viaOf } from "./reroutes";
import { isEdge, neededSubgraphs, type Subgraph, subgraphsOf } from "./subgraphs";

export interface Fragment {
  noiseloom_fragment: 1;
  nodes: GraphNode[];
  /** Wires among the nodes, and wires that come into them from outside. */
  wires: Wire[];
  /** Frames that were selected with them. */
  frames?: Frame[];
  /** Ends at the nodes that receive by name. A name is sent once, so senders do not come along. */
  named?: NamedEnd[];
  /** Dots of the wires among the nodes. */
  reroutes?: Reroute[];
  /** The sub-graphs that the nodes are instances of. */
  subgraphs?: Subgraph[];
  /** The id of the document that it was copied from. */
  of?: string;
}

/** The chosen nodes with the wires that end in them. */
export function copyFragment(document: WorkflowDocument, ids: readonly string[]): Fragment {
  const chosen = new Set(ids);
  const nodes = document.nodes
    .filter((node) => chosen.has(node.id) && !isEdge(node.id))
    .map((node) => structuredClone(node));
  const named = document.named?.filter((end) => end.to !== undefined && chosen.has(end.to[0])) ?? [];
  const types = nodes.map((node) => node.type);
  const through = new Set(
    document.wires.filter((wire) => chosen.has(wire.from[0]) && chosen.has(wire.to[0])).flatMap(viaOf),
  );
  const dots = reroutesOf(document).filter((dot) => through.has(dot.id));
  const subgraphs = neededSubgraphs(subgraphsOf(document), types);
  const frames = document.frames.filter((frame) => chosen.has(frame.id)).map((frame) => structuredClone(frame));
  return {
    noiseloom_fragment: 1,
    nodes,
    ...(frames.length === 0 ? {} : { frames }),
    ...(named.length === 0 ? {} : { named }),
    ...(dots.length === 0 ? {} : { reroutes: structuredClone(dots) }),
    ...(subgraphs.length === 0 ? {} : { subgraphs }),
    wires: document.wires.filter((wire) => chosen.has(wire.to[0])),
  };
}

/** A pasted piece: the command that adds it and the ids of its nodes. */
export interface Paste {
  command: Command;
  ids: string[];
}

/**
 * Add a fragment, moved by `offset`, under fresh ids. Inner wires come along; wires from outside only where
 * `keepInputs` is set and their source still exists.
 */
export function pasteFragment(
  document: WorkflowDocument,
  fragment: Fragment,
  offset: [number, number],
  keepInputs: boolean,
): Paste {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const node of fragment.nodes) {
    const id = freeId(document, node.id.replace(/-\d+$/, ""), taken);
    names.set(node.id, id);
    taken.add(id);
  }
  const dots = new Map(
    (fragment.reroutes ?? []).map((dot): [string, Reroute] => {
      const id = freeId(
        document,
        dot.id.replace(/-\d+$/, ""),
        new Set([...taken, ...reroutesOf(document).map((item) => item.id)]),
      );
      taken.add(id);
      return [dot.id, { ...dot, id, position: [dot.position[0] + offset[0], dot.position[1] + offset[1]] }];
    }),
  );
  const existing = new Set(document.nodes.map((node) => node.id));
  const nodes = fragment.nodes.map((node) => ({
    ...structuredClone(node),
    id: names.get(node.id) ?? node.id,
    position: [node.position[0] + offset[0], node.position[1] + offset[1]] as [number, number],
  }));
  const wires = fragment.wires.flatMap((wire): Wire[] => {
    const inner = names.get(wire.from[0]);
    if (inner === undefined && !(keepInputs && existing.has(wire.from[0]))) return [];
    const via = inner === undefined ? [] : viaOf(wire).flatMap((dot) => dots.get(dot)?.id ?? []);
    return [
      {
        from: [inner ?? wire.from[0], wire.from[1]],
        to: [names.get(wire.to[0]) ?? wire.to[0], wire.to[1]],
        ...(via.length === 0 ? {} : { via }),
      },
    ];
  });
  const frames = (fragment.frames ?? []).map((frame): Frame => {
    const used = new Set([...document.frames.map((item) => item.id), ...taken]);
    const id = freeId(document, frame.id.replace(/-\d+$/, ""), used);
    taken.add(id);
    const [x, y, width, height] = frame.bounds;
    return { ...structuredClone(frame), id, bounds: [x + offset[0], y + offset[1], width, height] };
  });
  const named = (fragment.named ?? []).flatMap((end): NamedEnd[] => {
    const id = end.to === undefined ? undefined : names.get(end.to[0]);
    return end.to === undefined || id === undefined ? [] : [{ ...end, to: [id, end.to[1]] }];
  });
  const here = new Set(subgraphsOf(document).map((definition) => definition.id));
  const missing = structuredClone((fragment.subgraphs ?? []).filter((definition) => !here.has(definition.id)));
  return {
    ids: [...nodes, ...frames].map((item) => item.id),
    command: {
      label: "paste",
      run(draft) {
        // Copies: what a document holds cannot be changed, and a command may be run again.
        const fresh = structuredClone({ nodes, wires, frames, dots: [...dots.values()], named, missing });
        draft.nodes.push(...fresh.nodes);
        draft.wires.push(...fresh.wires);
        draft.frames.push(...fresh.frames);
        if (dots.size > 0) draft.reroutes = [...(draft.reroutes ?? []), ...fresh.dots];
        if (named.length > 0) draft.named = [...(draft.named ?? []), ...fresh.named];
        if (missing.length > 0) draft.subgraphs = [...(draft.subgraphs ?? []), ...fresh.missing];
      },
    },
  };
}

/** Read a fragment from clipboard text, or null when it is something else. */
export function parseFragment(text: string): Fragment | null {
  if (!text.includes('"noiseloom_fragment"')) return null;
  try {
    const value = JSON.parse(text) as Partial<Fragment>;
    return value.noiseloom_fragment === 1 && Array.isArray(value.nodes) && Array.isArray(value.wires)
      ? (value as Fragment)
      : null;
  } catch {
    return null;
  }
}
