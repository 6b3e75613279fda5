/** Going from node to node: along wires, up and down a column, and in the order a run takes. */

import { type Box, boxOf, type ShapeOf } from "./boxes";
import { incomingWires, outgoingWires, type WorkflowDocument } from "./document";
import { isEdge } from "./subgraphs";

/** Nodes that this one feeds, topmost first. */
export function downstream(document: WorkflowDocument, id: string): string[] {
  return byHeight(document, new Set(outgoingWires(document, id).map((wire) => wire.to[0])));
}

/** Nodes that feed this one, topmost first. */
export function upstream(document: WorkflowDocument, id: string): string[] {
  return byHeight(document, new Set([...incomingWires(document, id).values()].map((wire) => wire.from[0])));
}

function byHeight(document: WorkflowDocument, ids: ReadonlySet<string>): string[] {
  return document.nodes
    .filter((node) => ids.has(node.id))
    .sort((a, b) => a.position[1] - b.position[1] || a.position[0] - b.position[0])
    .map((node) => node.id);
}

/** The next node above or below: the nearest in that direction, those that overlap in width first. */
export function beside(
  document: WorkflowDocument,
  id: string,
  direction: 1 | -1,
  shapeOf: ShapeOf,
): string | undefined {
  const node = document.nodes.find((item) => item.id === id);
  if (node === undefined) return undefined;
  const here = boxOf(node, shapeOf);
  let best: { id: string; score: number } | undefined;
  for (const other of document.nodes) {
    if (other.id === id) continue;
    const box = boxOf(other, shapeOf);
    const down = (middle(box) - middle(here)) * direction;
    if (down <= 0) continue;
    const apart = Math.max(0, box.x - (here.x + here.width), here.x - (box.x + box.width));
    const score = down + apart * 4;
    if (best === undefined || score < best.score) best = { id: other.id, score };
  }
  return best?.id;
}

function middle(box: Box): number {
  return box.y + box.height / 2;
}

/** All nodes, each after what feeds it; among equals from left to right, then from the top. Circles come last. */
export function runOrder(document: WorkflowDocument): string[] {
  const open = new Map(document.nodes.map((node) => [node.id, incomingWires(document, node.id).size]));
  const place = [...document.nodes].sort((a, b) => a.position[0] - b.position[0] || a.position[1] - b.position[1]);
  const order = place.filter((node) => open.get(node.id) === 0).map((node) => node.id);
  for (let at = 0; at < order.length; at += 1) {
    for (const wire of outgoingWires(document, order[at] as string)) {
      const left = (open.get(wire.to[0]) ?? 0) - 1;
      open.set(wire.to[0], left);
      if (left === 0) order.push(wire.to[0]);
    }
  }
  const done = new Set(order);
  return [...order, ...place.filter((node) => !done.has(node.id)).map((node) => node.id)];
}

/** These nodes and all that data flows to from them. */
export function descendants(document: WorkflowDocument, ids: Iterable<string>): Set<string> {
  return reached(ids, (id) => outgoingWires(document, id).map((wire) => wire.to[0]));
}

/** These nodes and all that feeds them. */
export function ancestors(document: WorkflowDocument, ids: Iterable<string>): Set<string> {
  return reached(ids, (id) => [...incomingWires(document, id).values()].map((wire) => wire.from[0]));
}

function reached(ids: Iterable<string>, next: (id: string) => string[]): Set<string> {
  const seen = new Set(ids);
  const waiting = [...seen];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const other of next(node)) {
      if (seen.has(other)) continue;
      seen.add(other);
      waiting.push(other);
    }
  }
  return seen;
}

const places = new WeakMap<WorkflowDocument, ReadonlyMap<string, number>>();

/** The place of each node in the order of a run, from 1, a sub-graph's edges aside; computed once a version. */
export function placesInRun(document: WorkflowDocument): ReadonlyMap<string, number> {
  let known = places.get(document);
  if (known === undefined) {
    const order = runOrder(document).filter((id) => !isEdge(id));
    known = new Map(order.map((node, index) => [node, index + 1]));
    places.set(document, known);
  }
  return known;
}
