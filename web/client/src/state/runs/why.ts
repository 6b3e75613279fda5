/** Why a node ran in the shown run, or why not: the sentence, and the node to look at next. */

import { type GraphNode, incomingWires } from "@/graph/document";
import { isInstance } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { inputsNamed, whySentence } from "@/i18n/whyWords";
import { inputLabel } from "@/i18n/words";
import { useRunId } from "@/state/workflow/inside";
import { currentDocument } from "@/state/workflow/workspace";
import { useRuns } from "./runs";
import { isActive, nodeRun, type RunView } from "./runView";

export interface Why {
  ran: boolean;
  sentence: string;
  /** What fed the changed result in, when that is why. */
  source: string | null;
}

/** Null while no run says anything of the node. */
export function useWhy(node: GraphNode | undefined): Why | null {
  const { t } = useWords();
  const view = useRuns((runs) => runs.view);
  const runId = useRunId(node?.id ?? "");
  if (node === undefined || view === null) return null;
  const fate = nodeRun(view, runId, isInstance(node.type));
  if (fate === undefined) {
    const word = whyAbsent(node, view);
    return word === null ? null : { ran: false, sentence: t(`why.${word}`), source: null };
  }
  const sentence = whySentence(t, fate, (input) => inputLabel(t, node.type, input));
  const ran = fate.state !== "cached" && fate.state !== "waiting";
  const upstream = ran ? inputsNamed(fate.why, "upstream")[0] : undefined;
  const wire = upstream === undefined ? undefined : incomingWires(currentDocument(), node.id).get(upstream);
  return { ran, sentence, source: wire?.from[0] ?? null };
}

/** Why a run says nothing of a node; null while it may still come to it. */
export function whyAbsent(node: GraphNode, view: RunView): "muted" | "bypassed" | "unneeded" | "ended" | null {
  if (isActive(view)) return null;
  if (node.mode !== "active") return node.mode;
  if (Object.keys(view.nodes).length === 0) return null;
  return view.state === "succeeded" ? "unneeded" : "ended";
}
