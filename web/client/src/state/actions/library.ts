/** What a person does with the library of sub-graphs: publish, take away, bring copies up to date. */

import { ApiError } from "@/api/client";
import { deletePublished, putPublished, restorePublished } from "@/api/library";
import { several } from "@/graph/commands/several";
import { markPublished, updateFromLibrary } from "@/graph/commands/subgraphs/library";
import { nodeIndex } from "@/graph/document";
import { originOf, outdated, publishedDocument } from "@/graph/published";
import type { Subgraph } from "@/graph/subgraphs";
import { subgraphsOf } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { loadLibrary, useLibrary } from "@/state/library";
import { notify, speak } from "@/state/notices";
import { openPublish } from "@/state/publishing";
import { currentDocument, runOnDocument, wholeDocument } from "@/state/workspace";
import { definitionOf, selectedInstance } from "./subgraphs";

/** Ask for the name to publish by: of an instance's sub-graph, or of the one on the screen. */
export function askPublish(instance: string | null): void {
  const definition = instance === null ? currentDocument().inside?.definition : definitionOf(instance);
  if (definition !== undefined) openPublish({ definition: definition.id, instance });
}

/** Publish, in the place of what the library has by this name. Answers what is wrong, in words, or null. */
export async function publish(
  definition: Subgraph,
  instance: string | null,
  name: string,
  description: string,
): Promise<string | null> {
  const node = nodeIndex(currentDocument()).get(instance ?? "");
  const title = name.split("/").at(-1) ?? name;
  const document = publishedDocument(wholeDocument(), definition, node, title);
  const before = useLibrary.getState().published.find((item) => item.name === name);
  try {
    const revision = await putPublished(name, document, description, before?.revision ?? null);
    runOnDocument(markPublished(definition.id, { name, revision }, title));
    await loadLibrary();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 409) return error.message || t("connection.no_answer");
    await loadLibrary().catch(() => undefined);
    return t("publish.changed");
  }
  openPublish(null);
  notify("info", t(before === undefined ? "publish.done" : "publish.replaced", { name: title }));
  tellOutdated();
  return null;
}

/** Offer to update what the library has in a newer version. Nothing is changed unasked. */
export function tellOutdated(): void {
  const { published, loaded } = useLibrary.getState();
  const old = loaded ? outdated(wholeDocument(), published) : [];
  const [first] = old;
  if (first === undefined) return;
  const words = t("publish.newer", { count: old.length, name: first.title });
  notify("info", words, { label: t("publish.update"), act: updateAll });
}

/** Bring every sub-graph of the workflow to the library's version, as one step. */
function updateAll(): void {
  update(outdated(wholeDocument(), useLibrary.getState().published).map(({ id }) => id));
}

function update(ids: readonly string[]): void {
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

export function updateSelected(): void {
  const id = outdatedSelected();
  if (id !== null) update([id]);
}

/** Take out of the library. Workflows keep their copies; Undo brings it back. */
export async function unpublish(name: string): Promise<void> {
  try {
    const trash = await deletePublished(name);
    await loadLibrary();
    const undo = async () => {
      await restorePublished(trash, name);
      await loadLibrary();
    };
    notify("info", t("publish.taken_away", { name }), { label: t("menu.undo"), act: () => void told(undo()) });
  } catch (error) {
    tell(error);
  }
}

async function told(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  notify("error", error.message || t("connection.no_answer"));
}
