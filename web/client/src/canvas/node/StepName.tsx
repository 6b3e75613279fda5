import { nameId } from "@/canvas/model/flowModel";
import type { GraphNode } from "@/graph/document";
import { isEdge, isInstance } from "@/graph/subgraphs";
import { placesInRun } from "@/graph/walk";
import { nodeName, stateWords, wiringWords } from "@/i18n/nodeWords";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { useRuns } from "@/state/runs/runs";
import { nodeRun } from "@/state/runs/runView";
import { useRunId } from "@/state/workflow/inside";
import { shown, useWorkspace } from "@/state/workflow/workspace";

/** A node's name for screen readers: what it is, where in the run, how it fares, what it is wired to. Not seen. */
export function StepName({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const catalogue = useKnownTypes();
  const runId = useRunId(node.id);
  const step = useRuns((runs) => nodeRun(runs.view, runId, isInstance(node.type)));
  const title = nodeTitle(t, node, catalogue.get(node.type));
  const place = useWorkspace((state) => placesInRun(shown(state)).get(node.id) ?? 0);
  const of = useWorkspace((state) => placesInRun(shown(state)).size);
  const wiring = useWorkspace((state) => wiringWords(t, shown(state), catalogue, node));
  const name = isEdge(node.id) ? title : nodeName(t, { title, place, of }, stateWords(t, node, step), wiring);
  return (
    <span id={nameId(node.id)} className="visually-hidden">
      {name}
    </span>
  );
}
