/** Taking a sub-graph apart: what is inside an instance comes out onto the canvas, wired as it was. */

import { freeId, type GraphNode, type Wire, type WorkflowDocument } from "../../document";
import type { Command } from "../../history";
import type { NamedEnd } from "../../named";
import { reroutesOf, tidyReroutes, viaOf } from "../../reroutes";
import { ENTRY, EXIT, type Subgraph, subgraphOf } from "../../subgraphs";

export interface Dissolved {
  command: Command;
  /** The nodes that came out. */
  ids: string[];
}

/** The command that takes an instance apart, or null when the node is none. */
export function dissolve(document: WorkflowDocument, id: string): Dissolved | null {
  const instance = document.nodes.find((node) => node.id === id);
  const definition = instance === undefined ? undefined : subgraphOf(document, instance.type);
  if (instance === undefined || definition === undefined) return null;
  const opened = open(document, instance, definition);
  return {
    ids: opened.nodes.map((node) => node.id),
    command: {
      label: "dissolve",
      run(draft) {
        draft.nodes = [...draft.nodes.filter((node) => node.id !== id), ...structuredClone(opened.nodes)];
        draft.wires = [
          ...draft.wires.filter((wire) => wire.from[0] !== id && wire.to[0] !== id),
          ...structuredClone(opened.wires),
        ];
        const kept = (draft.named ?? []).filter((end) => (end.from ?? end.to ?? [""])[0] !== id);
        const named = [...kept, ...structuredClone(opened.named)];
        if (draft.named !== undefined || named.length > 0) draft.named = named;
        draft.frames.push(...structuredClone(opened.frames));
        if (opened.dots.length > 0) draft.reroutes = [...(draft.reroutes ?? []), ...structuredClone(opened.dots)];
        tidyReroutes(draft);
        const around = draft.subgraphs?.find((item) => item.id === document.inside?.definition.id);
        for (const item of around?.widgets ?? []) {
          const inner = item.node === id ? opened.widgets.get(item.widget) : undefined;
          if (inner !== undefined) Object.assign(item, inner);
        }
      },
    },
  };
}

function open(document: WorkflowDocument, instance: GraphNode, definition: Subgraph) {
  const ids = freshIds(document, definition.nodes);
  const shift = shiftOf(instance, definition);
  const moved = ([x, y]: readonly [number, number]): [number, number] => [x + shift[0], y + shift[1]];
  const given = valuesOf(instance, definition);
  const nodes = definition.nodes.map((node): GraphNode => {
    const values = given.get(node.id);
    return {
      ...node,
      id: ids.get(node.id) ?? node.id,
      position: moved(node.position),
      mode: instance.mode === "active" ? node.mode : instance.mode,
      widgets: { ...node.widgets, ...values?.widgets },
      ...(values === undefined ? {} : { seeds: { ...node.seeds, ...values.seeds } }),
    };
  });
  const taken = new Set([...document.frames, ...reroutesOf(document)].map((item) => item.id));
  const dots = reroutesOf(definition).map((dot) => {
    const id = freeId(document, dot.id, new Set([...taken, ...ids.values()]));
    taken.add(id);
    ids.set(dot.id, id);
    return { ...dot, id, position: moved(dot.position) };
  });
  const frames = definition.frames.map((frame) => {
    const id = freeId(document, frame.id, new Set([...taken, ...ids.values()]));
    taken.add(id);
    const [x, y, width, height] = frame.bounds;
    return { ...frame, id, bounds: [...moved([x, y]), width, height] as typeof frame.bounds };
  });
  return {
    nodes,
    frames,
    dots,
    widgets: widgetsInside(definition, ids),
    ...rewired(document, instance, definition, ids),
  };
}

/** Where the widgets that an instance shows really are, by what it calls them. */
function widgetsInside(definition: Subgraph, ids: ReadonlyMap<string, string>) {
  const inside = new Map<string, { node: string; widget: string }>();
  const note = (id: string, node: string, widget: string) => inside.set(id, { node: ids.get(node) ?? node, widget });
  for (const { from, to } of definition.wires) if (from[0] === ENTRY && to[0] !== EXIT) note(from[1], to[0], to[1]);
  for (const { id, node, widget } of definition.widgets) note(id, node, widget);
  return inside;
}

function freshIds(document: WorkflowDocument, nodes: readonly GraphNode[]): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const node of nodes) {
    const id = freeId(document, node.id.replace(/-\d+$/, ""), taken);
    ids.set(node.id, id);
    taken.add(id);
  }
  return ids;
}

/** The middle of what comes out lies where the instance was. */
function shiftOf(instance: GraphNode, { nodes }: Subgraph): [number, number] {
  const middle = (axis: 0 | 1) => {
    const values = nodes.map((node) => node.position[axis]);
    return values.length === 0 ? 0 : (Math.min(...values) + Math.max(...values)) / 2;
  };
  const shift = (axis: 0 | 1) => Math.round((instance.position[axis] - middle(axis)) / 8) * 8;
  return [shift(0), shift(1)];
}

interface Given {
  widgets: GraphNode["widgets"];
  seeds: NonNullable<GraphNode["seeds"]>;
}

/** What the instance says of widgets inside it: promoted ones, and inputs that feed a widget and have no wire. */
function valuesOf(instance: GraphNode, definition: Subgraph): Map<string, Given> {
  const given = new Map<string, Given>();
  const say = (node: string, widget: string, id: string) => {
    const value = instance.widgets[id];
    if (value === undefined) return;
    const values = given.get(node) ?? { widgets: {}, seeds: {} };
    values.widgets[widget] = value;
    const mode = instance.seeds?.[id];
    if (mode !== undefined) values.seeds[widget] = mode;
    given.set(node, values);
  };
  for (const { from, to } of definition.wires) if (from[0] === ENTRY && to[0] !== EXIT) say(to[0], to[1], from[1]);
  for (const { id, node, widget } of definition.widgets) say(node, widget, id);
  return given;
}

/** The upper end of a way: an output, or a name. */
type Upper = { from: Wire["from"] } | { name: string } | null;

function rewired(document: WorkflowDocument, instance: GraphNode, definition: Subgraph, ids: Map<string, string>) {
  const here = (end: readonly [string, string]): [string, string] => [ids.get(end[0]) ?? end[0], end[1]];
  const outside = (input: string): Upper => {
    const wire = document.wires.find(({ to }) => to[0] === instance.id && to[1] === input);
    if (wire !== undefined) return { from: wire.from };
    const end = document.named?.find(({ to }) => to?.[0] === instance.id && to[1] === input);
    return end === undefined ? null : { name: end.name };
  };
  const wires: Wire[] = [];
  const names = innerNames(document, definition);
  const named: NamedEnd[] = (definition.named ?? []).map((end) => ({
    ...end,
    name: names.get(end.name) ?? end.name,
    ...(end.from === undefined ? {} : { from: here(end.from) }),
    ...(end.to === undefined ? {} : { to: here(end.to) }),
  }));
  const join = (upper: Upper, to: Wire["to"], via: readonly string[] = []) => {
    if (upper === null) return;
    const through = via.length === 0 ? {} : { via: via.map((dot) => ids.get(dot) ?? dot) };
    if ("from" in upper) wires.push({ from: upper.from, to, ...through });
    else named.push({ name: upper.name, to });
  };
  const source = (from: Wire["from"]): Upper => (from[0] === ENTRY ? outside(from[1]) : { from: here(from) });
  const exits = new Map<string, Upper>();
  for (const wire of definition.wires) {
    const { from, to } = wire;
    if (to[0] === EXIT) exits.set(to[1], source(from));
    else join(source(from), here(to), viaOf(wire));
  }
  for (const { to, name } of definition.named ?? []) {
    if (to?.[0] === EXIT) exits.set(to[1], { name: names.get(name) ?? name });
  }
  for (const { from, to } of document.wires) {
    if (from[0] === instance.id) join(exits.get(from[1]) ?? null, to);
  }
  for (const end of document.named ?? []) {
    const upper = end.from?.[0] === instance.id ? exits.get(end.from[1]) : undefined;
    if (upper != null && "from" in upper) named.push({ ...end, from: upper.from });
  }
  return { wires, named: named.filter((end) => end.to?.[0] !== EXIT && end.from?.[0] !== ENTRY) };
}

/** Names sent inside that are sent outside too get new ones, or two would send by one name. */
function innerNames(document: WorkflowDocument, definition: Subgraph): Map<string, string> {
  const sent = new Set((document.named ?? []).filter((end) => end.from !== undefined).map((end) => end.name));
  const renamed = new Map<string, string>();
  for (const { name, from } of definition.named ?? []) {
    if (from === undefined || !sent.has(name)) continue;
    let number = 2;
    while (sent.has(`${name} ${number}`)) number += 1;
    renamed.set(name, `${name} ${number}`);
    sent.add(`${name} ${number}`);
  }
  return renamed;
}
