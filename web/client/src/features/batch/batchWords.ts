/** What batches say: names of varied widgets, values, and what is wrong with stated ones. */

import type { ValuesProblem, Variable } from "@/graph/batch";
import type { Catalogue } from "@/graph/spec";
import type { Translate } from "@/i18n/i18n";
import { inputLabel, nodeTitle } from "@/i18n/words";

/** "Sampler › Seed". */
export function variableName(t: Translate, { node, input }: Variable, catalogue: Catalogue): string {
  return `${nodeTitle(t, node, catalogue.get(node.type))} › ${inputLabel(t, node.type, input)}`;
}

/** The sentence for what is wrong with values; empty for nothing. */
export function problemOf(t: Translate, problem: ValuesProblem | undefined): string {
  if (problem === undefined) return "";
  const { code, line, value = "", limit = "" } = problem;
  const said = t(`batch.problem.${code}`, { value, limit });
  return line === undefined ? said : t("batch.problem.at_line", { line, said });
}

/** One value as a heading. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
