/** Bringing sub-graphs of a workflow to the library's version: offered, asked, done. */

import { several } from "@/graph/commands/several";
import { updateFromLibrary } from "@/graph/commands/subgraphs/library";
import { originOf, outdated } from "@/graph/published";
import { subgraphsOf } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { notify, speak } from "@/state/page/notices";
import { useLibrary } from "@/state/workflow/library";
import { openUpdate } from "@/state/workflow/updating";
import { runOnDocument, wholeDocument } from "@/state/workflow/workspace";
import { definitionOf, selectedInstance } from "./subgraphs";

/** Offer to update what the library has in a newer version. Nothing is changed unasked. */
export function tellOutdated(): void {
  const { published, loaded } = useLibrary.getState();
  const old = loaded ? outdated(wholeDocument(), published) : [];
  const [first] = old;
  if (first === undefined) return;
  const words = t("publish.newer", { count: old.length, name: first.title });
  notify("info", words, { label: t("publish.update"), act: askForAll });
}

/** Ask whether to bring every older sub-graph of the workflow to the library's version. */
function askForAll(): void {
  openUpdate(outdated(wholeDocument(), useLibrary.getState().published).map(({ id }) => id));
}

/** Bring these sub-graphs to the library's version, as one step. */
export function update(ids: readonly string[]): void {
  const { published } = useLibrary.getState();
  const commands = ids.map((id) => ({
    label: "update",
    // Each sees what the one before it left.
    run(draft: Parameters<ReturnType<typeof updateFromLibrary>["run"]>[0]) {
      const origin = subgraphsOf(draft).map((item) => [item.id, originOf(item)] as const);
      const name = origin.find(([known]) => known === id)?.[1]?.name;
      const now = published.find((item) => item.name === name);
      if (now !== undefined) updateFromLibrary(draft, id, now).run(draft);
    },
  }));
  runOnDocument(several("update", commands));
  speak(t("publish.updated", { count: ids.length }));
}

/** The definition of the only selected instance, where the library has a newer one. */
export function outdatedSelected(): string | null {
  const instance = selectedInstance();
  const definition = instance === null ? undefined : definitionOf(instance);
  if (definition === undefined) return null;
  const found = outdated({ ...wholeDocument(), subgraphs: [definition] }, useLibrary.getState().published);
  return found.length === 0 ? null : definition.id;
}

export function askForSelected(): void {
  const id = outdatedSelected();
  if (id !== null) openUpdate([id]);
}
