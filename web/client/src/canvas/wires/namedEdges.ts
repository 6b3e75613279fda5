/** A named wire drawn in full, while one of its tags is pointed at or focused. */

import type { WireEdge } from "@/canvas/model/flowModel";
import { nodeIndex, type WorkflowDocument } from "@/graph/document";
import type { Catalogue } from "@/graph/spec";

/** The wires of a name on this canvas. They are shown, not edited. */
export function namedEdges(document: WorkflowDocument, catalogue: Catalogue, name: string | null): WireEdge[] {
  const ends = name === null ? [] : (document.named ?? []).filter((end) => end.name === name);
  const from = ends.find((end) => end.from !== undefined)?.from;
  const nodes = nodeIndex(document);
  const source = from === undefined ? undefined : nodes.get(from[0]);
  if (from === undefined || source === undefined) return [];
  const type = catalogue.get(source.type)?.outputs.find((item) => item.name === from[1])?.type ?? "*";
  return ends.flatMap(({ to }): WireEdge[] => {
    if (to === undefined || !nodes.has(to[0])) return [];
    return [
      {
        id: JSON.stringify(["named", from, to]),
        type: "wire",
        source: from[0],
        sourceHandle: from[1],
        target: to[0],
        targetHandle: to[1],
        data: { wire: { from, to }, type },
        className: "named-wire",
        selectable: false,
        focusable: false,
      },
    ];
  });
}
