/** A problem in the reader's language: by its code and parameters, else in the server's English. */

import type { Problem } from "@/api/types";
import type { Translate } from "./i18n";
import { inputLabel, socketType } from "./words";

/** How a parameter is shown inside a sentence. */
function shown(value: unknown): string {
  const text = Array.isArray(value) ? value.map(String).join(", ") : String(value);
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}

/** The sentence that says what is wrong. `labels` replaces parameters that name sockets by their labels. */
export function problemSentence(t: Translate, problem: Problem, labels: Record<string, string> = {}): string {
  return words(t, `problems.${problem.code}.message`, problem.message, problem, labels);
}

/** The sentence that says what to do, or nothing. */
export function problemRemedy(t: Translate, problem: Problem, labels: Record<string, string> = {}): string {
  return words(t, `problems.${problem.code}.remedy`, problem.remedy, problem, labels);
}

function words(t: Translate, key: string, english: string, problem: Problem, labels: Record<string, string>): string {
  const params = Object.fromEntries(Object.entries(problem.params).map(([name, value]) => [name, shown(value)]));
  const said = t(key, { ...params, ...labels, defaultValue: "" });
  // A sentence with a hole (`{{name}}` left over) is worse than the server's whole English one.
  return said === "" || said.includes("{{") ? english : said;
}

/** Labels for the parameters of a problem that name an input or a socket type. */
export function labelsOf(t: Translate, problem: Problem, type: string): Record<string, string> {
  const labels: Record<string, string> = {};
  const { input, expected, received } = problem.params;
  if (typeof input === "string") labels.input = inputLabel(t, type, input);
  if (typeof problem.params.type === "string") labels.type = socketType(t, problem.params.type);
  if (typeof expected === "string") labels.expected = socketType(t, expected);
  if (typeof received === "string") labels.received = socketType(t, received);
  return labels;
}
