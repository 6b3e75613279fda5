/** How one state of a workflow differs from another, node by node, for a person to read. */

import { type GraphNode, nodeIndex, type WorkflowDocument, wireId } from "./document";

export interface ValueChange {
  name: string;
  before: unknown;
  after: unknown;
}

export interface NodeChange {
  id: string;
  kind: "added" | "removed" | "changed";
  /** The node as it is after, or as it was where it is gone. */
  node: GraphNode;
  values: readonly ValueChange[];
  /** Whether only its place, size, colour or folding changed. */
  looks: boolean;
}

export interface Comparison {
  nodes: readonly NodeChange[];
  wiresAdded: number;
  wiresRemoved: number;
  /** Whether anything else changed: title, frames, sub-graphs. */
  other: boolean;
}

const LOOKS = new Set(["position", "size", "collapsed", "pinned", "color"]);
const KEPT = new Set(["id", "widgets"]);

export function compareDocuments(before: WorkflowDocument, after: WorkflowDocument): Comparison {
  const [old, now] = [nodeIndex(before), nodeIndex(after)];
  const nodes: NodeChange[] = [];
  for (const node of after.nodes) {
    const was = old.get(node.id);
    if (was === undefined) nodes.push({ id: node.id, kind: "added", node, values: [], looks: false });
    else {
      const change = changeOf(was, node);
      if (change !== null) nodes.push(change);
    }
  }
  for (const node of before.nodes) {
    if (!now.has(node.id)) nodes.push({ id: node.id, kind: "removed", node, values: [], looks: false });
  }
  const [wiresBefore, wiresAfter] = [new Set(before.wires.map(wireId)), new Set(after.wires.map(wireId))];
  return {
    nodes,
    wiresAdded: [...wiresAfter].filter((id) => !wiresBefore.has(id)).length,
    wiresRemoved: [...wiresBefore].filter((id) => !wiresAfter.has(id)).length,
    other: ["title", "frames", "subgraphs", "named"].some((key) => !same(before[key], after[key])),
  };
}

function changeOf(before: GraphNode, after: GraphNode): NodeChange | null {
  const names = new Set([...Object.keys(before.widgets), ...Object.keys(after.widgets)]);
  const values: ValueChange[] = [];
  for (const name of names) {
    const [was, is] = [before.widgets[name], after.widgets[name]];
    if (!same(was, is)) values.push({ name, before: was, after: is });
  }
  let looks = false;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (KEPT.has(key) || same(before[key], after[key])) continue;
    if (LOOKS.has(key)) looks = true;
    else values.push({ name: key, before: before[key], after: after[key] });
  }
  if (values.length === 0 && !looks) return null;
  return { id: after.id, kind: "changed", node: after, values, looks: values.length === 0 };
}

function same(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
