/** A node in a sentence, for those who hear the page: what it is, where, how it fares, and what it is wired to. */

import { type GraphNode, incomingWires, nodeIndex, outgoingWires, type WorkflowDocument } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { type Catalogue, socketInputs } from "@/graph/spec";
import { isEdge } from "@/graph/subgraphs";
import type { Translate } from "./i18n";
import { nodeTitle } from "./words";

/** How a node fares in a run, as far as its name says it. */
export interface NodeState {
  state: "waiting" | "running" | "done" | "cached" | "failed";
  value: number;
  total: number;
  seconds: number;
}

/** The whole name: "Sampler, node 3 of 7, running, 12 of 20 steps, 4 inputs, 1 empty, 1 output, to Decode". */
export function nodeName(
  t: Translate,
  { title, place, of }: { title: string; place: number; of: number },
  state: string,
  wiring: string,
): string {
  return [t("node_words.name", { title, place, of }), state, wiring]
    .filter((part) => part !== "")
    .join(t("node_words.comma"));
}

/** "running, 12 of 20 steps"; "" while no run says anything of an active node. */
export function stateWords(t: Translate, node: GraphNode, step: NodeState | undefined): string {
  if (node.mode !== "active") return t(`node_words.${node.mode}`);
  if (step === undefined) return "";
  if (step.state === "running" && step.total > 0) {
    return t("node_words.running_at", { value: step.value, total: step.total });
  }
  return t(`node_words.${step.state}`, { seconds: step.seconds.toFixed(1) });
}

/** "4 inputs, 1 empty. 1 output, to Decode." */
export function wiringWords(t: Translate, document: WorkflowDocument, catalogue: Catalogue, node: GraphNode): string {
  const spec = catalogue.get(node.type);
  if (spec === undefined || isEdge(node.id)) return "";
  const nodes = nodeIndex(document);
  const named = namedAt(document, node.id).in;
  const wired = incomingWires(document, node.id);
  const sockets = socketInputs(spec);
  const empty = sockets.filter(({ name }) => !wired.has(name) && !named.has(name)).length;
  const goals = [...new Set(outgoingWires(document, node.id).map((wire) => wire.to[0]))].flatMap((id) => {
    const goal = nodes.get(id);
    return goal === undefined ? [] : [nodeTitle(t, goal, catalogue.get(goal.type))];
  });
  return [
    sockets.length === 0 ? "" : t("node_words.inputs", { count: sockets.length }),
    empty === 0 ? "" : t("node_words.empty", { count: empty }),
    spec.outputs.length === 0 ? "" : t("node_words.outputs", { count: spec.outputs.length }),
    goals.length === 0 ? "" : t("node_words.to", { names: goals.join(t("node_words.comma")) }),
  ]
    .filter((words) => words !== "")
    .join(t("node_words.comma"));
}
