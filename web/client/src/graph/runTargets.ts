/**
 * Which nodes a run of a part is asked for, as the run calls them (`12:5`). What runs is inside sub-graphs: an instance
 * stands for nodes within it, and what a sub-graph sends out goes on where it is placed.
 */

import { type GraphNode, incomingWires, nodeIndex, outgoingWires, type WorkflowDocument } from "./document";
import { canvasAt } from "./inside";
import { namedAt } from "./named";
import type { Catalogue } from "./spec";
import { ENTRY, EXIT, isEdge, isInstance, subgraphOf } from "./subgraphs";

/** Between the ids of instances and of the node inside them. */
const SEPARATOR = ":";
/** A definition may hold itself, which the server refuses; it opens no deeper than this either. */
const DEEPEST = 32;

/** A node where it is placed, or with `socket` only what goes out of it by that one. */
interface Place {
  path: readonly string[];
  id: string;
  socket?: string;
}

const nameOf = ({ path, id }: Place) => [...path, id].join(SEPARATOR);

/** What makes the values of these nodes of a canvas: they themselves, and of an instance what it sends out. */
export function targetsUpTo(
  whole: WorkflowDocument,
  catalogue: Catalogue,
  path: readonly string[],
  ids: Ids,
): string[] {
  if (!placed(whole, path)) return [];
  const targets = new Set<string>();
  const seen = new Set<string>();
  const waiting: Place[] = [...ids].map((id) => ({ path, id })).reverse();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const canvas = canvasAt(whole, at.path);
    const node = nodeIndex(canvas).get(at.id);
    if (node === undefined || node.mode === "muted" || node.id === ENTRY || seen.has(nameOf(at))) continue;
    seen.add(nameOf(at));
    if (node.id === EXIT || node.mode === "bypassed") waiting.push(...feeders(canvas, at));
    else if (isInstance(node.type) && subgraphOf(whole, node.type) !== undefined) {
      if (at.path.length >= DEEPEST) continue;
      const inner = [...at.path, at.id];
      const outputs = canvasAt(whole, inner).nodes.filter(({ type }) => catalogue.get(type)?.is_output === true);
      waiting.push(...[EXIT, ...outputs.map(({ id }) => id)].map((id) => ({ path: inner, id })));
    } else targets.add(nameOf(at));
  }
  return [...targets];
}

type Ids = Iterable<string>;

/** Nodes of the same canvas that feed one. */
function feeders(canvas: WorkflowDocument, { path, id }: Place): Place[] {
  const received = [...namedAt(canvas, id).in.values()];
  const senders = (canvas.named ?? []).flatMap(({ name, from }) => (from && received.includes(name) ? [from[0]] : []));
  const wired = [...incomingWires(canvas, id).values()].map(({ from }) => from[0]);
  return [...wired, ...senders].map((source) => ({ path, id: source }));
}

/** The output nodes that these nodes of a canvas feed, themselves among them, inside sub-graphs and outside. */
export function outputsFrom(
  whole: WorkflowDocument,
  catalogue: Catalogue,
  path: readonly string[],
  ids: Ids,
): string[] {
  if (!placed(whole, path)) return [];
  const flow = new Flow(whole, catalogue);
  for (const id of ids) flow.start({ path, id });
  return flow.run();
}

/** Whether the canvas at the end of a path runs at all: every instance on the way is active. */
function placed(whole: WorkflowDocument, path: readonly string[]): boolean {
  return path.every((id, depth) => nodeIndex(canvasAt(whole, path.slice(0, depth))).get(id)?.mode === "active");
}

/** Follows values downwards. No recursion: a chain may be ten thousand nodes long. */
class Flow {
  private readonly outputs = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly waiting: Place[] = [];

  constructor(
    private readonly whole: WorkflowDocument,
    private readonly catalogue: Catalogue,
  ) {}

  /** Begin at a node with all that is in it. */
  start(first: Place): void {
    const starts = [first];
    for (let at = starts.pop(); at !== undefined; at = starts.pop()) {
      const node = this.node(at);
      if (node === undefined || node.mode === "muted") continue;
      this.waiting.push(at);
      if (!this.opens(at.path, node)) continue;
      const inner = [...at.path, at.id];
      starts.push(...canvasAt(this.whole, inner).nodes.flatMap(({ id }) => (isEdge(id) ? [] : { path: inner, id })));
    }
  }

  run(): string[] {
    for (let at = this.waiting.pop(); at !== undefined; at = this.waiting.pop()) {
      const key = JSON.stringify([at.path, at.id, at.socket]);
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      const node = this.node(at);
      if (node === undefined) continue;
      if (node.id === EXIT) this.leave(at);
      else {
        const output = !this.opens(at.path, node) && this.catalogue.get(node.type)?.is_output === true;
        if (output && node.mode === "active") this.outputs.add(nameOf(at));
        this.send(at);
      }
    }
    return [...this.outputs];
  }

  private node({ path, id }: Place): GraphNode | undefined {
    return nodeIndex(canvasAt(this.whole, path)).get(id);
  }

  /** Whether a run goes into this node, as it is an instance that is not passed by. */
  private opens({ length }: readonly string[], { type, mode }: GraphNode): boolean {
    return length < DEEPEST && mode === "active" && isInstance(type) && subgraphOf(this.whole, type) !== undefined;
  }

  /** What leaves a node goes along its wires and by its names. */
  private send({ path, id, socket }: Place): void {
    const canvas = canvasAt(this.whole, path);
    for (const { from, to } of outgoingWires(canvas, id)) {
      if (socket === undefined || from[1] === socket) this.arrive(path, to);
    }
    for (const [output, names] of namedAt(canvas, id).out) {
      if (socket === undefined || output === socket) for (const name of names) this.call(path, name);
    }
  }

  /** Who receives by a name: here, and in the sub-graphs placed here where nobody else sends by it. */
  private call(from: readonly string[], name: string): void {
    const paths = [from];
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const canvas = canvasAt(this.whole, path);
      for (const end of canvas.named ?? []) if (end.to !== undefined && end.name === name) this.arrive(path, end.to);
      for (const node of canvas.nodes) {
        if (!this.opens(path, node)) continue;
        const inner = [...path, node.id];
        const sends = canvasAt(this.whole, inner).named?.some((end) => end.name === name && end.from !== undefined);
        if (sends !== true) paths.push(inner);
      }
    }
  }

  private arrive(path: readonly string[], [id, socket]: readonly [string, string]): void {
    const node = this.node({ path, id });
    if (node === undefined || node.mode === "muted") return;
    if (id === EXIT) this.waiting.push({ path, id, socket });
    else if (this.opens(path, node)) this.waiting.push({ path: [...path, id], id: ENTRY, socket });
    else this.waiting.push({ path, id });
  }

  /** What reaches a sub-graph's end goes on from its instance. */
  private leave({ path, socket }: Place): void {
    const instance = path.at(-1);
    if (instance === undefined) return;
    this.waiting.push({ path: path.slice(0, -1), id: instance, ...(socket === undefined ? {} : { socket }) });
  }
}
