/** Why a node ran, or did not, as a sentence. */

import type { Translate } from "./i18n";

/** A node in a run: how it fared there, and the server's words for why. */
export interface NodeFate {
  state: "waiting" | "running" | "done" | "cached" | "failed";
  why: readonly string[];
}

/** The named inputs among the server's words: `input:seed` → `seed`. */
export function inputsNamed(why: readonly string[], kind: "input" | "upstream"): string[] {
  return why.filter((word) => word.startsWith(`${kind}:`)).map((word) => word.slice(kind.length + 1));
}

const SINGLE = ["first", "type", "outside", "evicted", "gone", "never_cached", "arranges", "expanded"];

/** The sentence for a node that ran or was cached. `label` names an input. */
export function whySentence(t: Translate, fate: NodeFate, label: (input: string) => string): string {
  if (fate.state === "cached") return t("why.cached");
  if (fate.state === "waiting") return t("why.waiting");
  const list = (names: readonly string[]) => names.map((name) => `“${label(name)}”`).join(t("why.and"));
  const changed = inputsNamed(fate.why, "input");
  const upstream = inputsNamed(fate.why, "upstream");
  if (changed.length > 0 && upstream.length > 0) {
    return t("why.both", { names: list(changed), wires: list(upstream) });
  }
  if (changed.length > 0) return t("why.input", { names: list(changed) });
  if (upstream.length > 0) return t("why.upstream", { names: list(upstream) });
  const word = fate.why.find((item) => SINGLE.includes(item));
  return t(`why.${word ?? "unknown"}`);
}
