/** What a run of a document hangs on, as one text: equal texts mean equal runs, but for seeds that are drawn anew. */

import type { GraphNode, WorkflowDocument } from "./document";

/** Places, sizes, names, frames and notes are left out, and seeds that change by themselves from run to run. */
export function runKey(document: WorkflowDocument): string {
  return JSON.stringify([canvasKey(document), (document.subgraphs ?? []).map((inner) => [inner.id, canvasKey(inner)])]);
}

function canvasKey({ nodes, wires, named }: Pick<WorkflowDocument, "nodes" | "wires" | "named">): unknown {
  return [
    nodes.map((node) => [node.id, node.type, node.mode, settled(node), node.seeds ?? null]),
    wires.map(({ from, to }) => [from, to]),
    named ?? [],
  ];
}

function settled({ widgets, seeds = {} }: GraphNode): unknown {
  return Object.entries(widgets).filter(([name]) => (seeds[name] ?? "fixed") === "fixed");
}
