/** Going from problem to problem, and what is heard of them. */

import type { Problem } from "@/api/types";
import { nodeIndex } from "@/graph/document";
import { canvasAt, validPath } from "@/graph/inside";
import { t } from "@/i18n/i18n";
import { labelsOf, problemRemedy, problemSentence } from "@/i18n/problemWords";
import { nodeTitle } from "@/i18n/words";
import { viewport } from "@/state/canvas/viewport";
import { wholeCatalogue } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { goToRunNode, pathOf } from "@/state/workflow/inside";
import { wholeDocument } from "@/state/workflow/workspace";

/** Where the walk is: the node of the problem that was shown last. */
let at: string | null = null;

/** The nodes that have problems now, each once. */
export function troubledNodes(): string[] {
  return [...new Set(shownProblems(useRuns.getState()).flatMap(({ node }) => node ?? []))];
}

/** Show the next node that has a problem, or with -1 the one before, around the ends. It takes the keyboard. */
export function stepProblem(direction: 1 | -1): void {
  const nodes = troubledNodes();
  const here = at === null ? -1 : nodes.indexOf(at);
  const goal = here < 0 && direction < 0 ? nodes.length - 1 : (here + direction + nodes.length) % nodes.length;
  const node = nodes[goal];
  if (node === undefined) return;
  at = node;
  const shown = goToRunNode(node);
  speak(t("trouble.at", { at: goal + 1, count: nodes.length, words: problemsAloud(problemsOf(node)) }));
  // Going into a sub-graph takes a render; then the view can move.
  requestAnimationFrame(() => requestAnimationFrame(() => look(shown)));
}

/** From afar a node shows no messages, so the view comes near; else it moves only if the node is hidden. */
function look(node: string): void {
  const view = viewport();
  if ((view?.view().zoom ?? 1) < NEAR) view?.fit([node]);
  view?.focus(node);
}

/** From this zoom on, messages can be read. */
const NEAR = 0.6;

function problemsOf(node: string): Problem[] {
  return shownProblems(useRuns.getState()).filter((problem) => problem.node === node);
}

/** Problems as they are heard: the first in words with its node, and how many more there are. */
export function problemsAloud(problems: readonly Problem[]): string {
  const [first, ...more] = problems;
  if (first === undefined) return "";
  const rest = more.length === 0 ? "" : ` ${t("trouble.more", { count: more.length })}`;
  return `${problemAloud(first)}${rest}`;
}

function problemAloud(problem: Problem): string {
  const parts = pathOf(problem.node ?? "");
  const canvas = canvasAt(wholeDocument(), validPath(wholeDocument(), parts.slice(0, -1)));
  const node = nodeIndex(canvas).get(parts.at(-1) ?? "");
  if (node === undefined) return `${problemSentence(t, problem)} ${problemRemedy(t, problem)}`;
  const labels = labelsOf(t, problem, node.type);
  return t("trouble.of_node", {
    title: nodeTitle(t, node, wholeCatalogue().get(node.type)),
    words: `${problemSentence(t, problem, labels)} ${problemRemedy(t, problem, labels)}`,
  });
}
