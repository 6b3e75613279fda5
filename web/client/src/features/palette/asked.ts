/** Which nodes the palette offers, by what it was asked for: any, those a wire needs, those that can stand in a place. */

import { endFor } from "@/graph/candidates";
import { nodeIndex } from "@/graph/document";
import type { NodeSpec } from "@/graph/spec";
import { spliceOf } from "@/graph/splice";
import { wiresKept } from "@/graph/swap";
import { t } from "@/i18n/i18n";
import type { Candidate } from "@/i18n/nodeSearch";
import { nodeTitle, typeTitle } from "@/i18n/words";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import type { PaletteRequest } from "@/state/page/overlays";
import { isPublished } from "@/state/workflow/library";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument } from "@/state/workflow/workspace";

/** The candidates that serve a request. Those that could take a node's place come with the most wires kept first. */
export function serving(candidates: readonly Candidate[], request: PaletteRequest): readonly Candidate[] {
  const { into, swap } = request;
  const [document, catalogue] = [currentDocument(), currentCatalogue()];
  if (into !== undefined) {
    return candidates.filter(({ spec }) => spliceOf(document, catalogue, into, spec) !== null);
  }
  if (swap === undefined) return candidates;
  const now = document.nodes.find((node) => node.id === swap)?.type;
  const kept = (spec: NodeSpec) => wiresKept(document, catalogue, swap, spec);
  return (
    candidates
      // A node can become one of the library only where that is in the workflow already.
      .filter(({ spec }) => spec.id !== now && !isPublished(spec.id))
      .map((candidate) => ({ candidate, kept: kept(candidate.spec) }))
      .filter((item) => item.kept > 0)
      .sort((a, b) => b.kept - a.kept)
      .map((item) => item.candidate)
  );
}

/** Whether a request narrows what is offered, so that there is nothing to browse. */
export function narrows({ loose, into, swap }: PaletteRequest): boolean {
  return loose !== null || into !== undefined || swap !== undefined;
}

/** The request with a wire from the selected node. Where none can be, it is said, and the node comes without. */
export function wiredTo(spec: NodeSpec, request: PaletteRequest): PaletteRequest {
  const [document, catalogue] = [currentDocument(), currentCatalogue()];
  const nodes = nodeIndex(document);
  const node = useSelection.getState().nodes.flatMap((id) => nodes.get(id) ?? [])[0];
  if (narrows(request) || node === undefined) return request;
  const loose = endFor(document, catalogue, node.id, spec);
  if (loose !== null) return { ...request, loose };
  const from = nodeTitle(t, node, catalogue.get(node.type));
  notify("info", t("palette.not_wired", { title: typeTitle(t, spec, spec.id), from }));
  return request;
}
