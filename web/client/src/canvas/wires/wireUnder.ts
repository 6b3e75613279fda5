/** The wire under a node that is dragged. */

import type { Box } from "@/graph/boxes";
import type { Wire } from "@/graph/document";
import { type Splice, spliceOfNode } from "@/graph/splice";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import { lengthInside, sampled, wirePieces } from "./wirePath";

/** How much of a wire must lie under a node for the node to go into it. */
const UNDER = 24;

/** A wire, and how a node goes into it. */
export interface InWire {
  wire: Wire;
  splice: Splice;
}

/** The wire that a node at a place would go into: the one that most of lies under it, if the node fits. */
export function wireUnder(box: Box): InWire | null {
  const document = currentDocument();
  const catalogue = currentCatalogue();
  let best: { length: number; found: InWire } | null = null;
  for (const wire of document.wires) {
    if (wire.from[0] === box.id || wire.to[0] === box.id) continue;
    let length = 0;
    for (const piece of wirePieces(document, wire)) {
      const [top, bottom] = [Math.min(piece.from[1], piece.to[1]), Math.max(piece.from[1], piece.to[1])];
      if (bottom >= box.y && top <= box.y + box.height) length += lengthInside(sampled(piece), box);
    }
    if (length < UNDER || (best !== null && length <= best.length)) continue;
    const splice = spliceOfNode(document, catalogue, wire, box.id);
    if (splice !== null) best = { length, found: { wire, splice } };
  }
  return best?.found ?? null;
}
