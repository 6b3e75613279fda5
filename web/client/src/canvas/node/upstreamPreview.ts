/** While a picture is being made, the node that will show it shows it forming. */

import { incomingWires, nodeIndex, type WorkflowDocument } from "@/graph/document";
import { useRuns } from "@/state/runs/runs";
import { isActive } from "@/state/runs/runView";
import { currentRunId } from "@/state/workflow/inside";
import { currentDocument } from "@/state/workflow/workspace";

/** The preview of the nearest sampler above `node` while this node still waits, or null. */
export function useUpstreamPreview(node: string): string | null {
  return useRuns((runs) => {
    if (!isActive(runs.view) || runs.view.nodes[currentRunId(node)]?.state !== "waiting") return null;
    const shown = Object.keys(runs.previews);
    if (shown.length === 0) return null;
    const document = currentDocument();
    const known = nodeIndex(document);
    const prefix = currentRunId("");
    const here = shown.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
    // A sampler inside a sub-graph is found by the instance on the canvas.
    const samplers = new Map(here.map((id) => [known.has(id) ? id : (id.split(":")[0] ?? id), prefix + id]));
    const found = nearestAbove(document, node, new Set(samplers.keys()));
    return found === null ? null : (runs.previews[samplers.get(found) ?? found]?.url ?? null);
  });
}

/** The first of `wanted` that breadth-first search against the wires meets. */
export function nearestAbove(document: WorkflowDocument, node: string, wanted: ReadonlySet<string>): string | null {
  const seen = new Set([node]);
  let layer = [node];
  while (layer.length > 0) {
    const next: string[] = [];
    for (const id of layer) {
      if (wanted.has(id)) return id;
      for (const wire of incomingWires(document, id).values()) {
        if (!seen.has(wire.from[0])) {
          seen.add(wire.from[0]);
          next.push(wire.from[0]);
        }
      }
    }
    layer = next;
  }
  return null;
}
