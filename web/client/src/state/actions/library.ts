/** What a person does with the library of sub-graphs: publish and take away. */

import { ApiError } from "@/api/client";
import { deletePublished, putPublished, restorePublished } from "@/api/library";
import { markPublished } from "@/graph/commands/subgraphs/library";
import { nodeIndex } from "@/graph/document";
import { publishedDocument } from "@/graph/published";
import type { Subgraph } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { notify } from "@/state/page/notices";
import { loadLibrary, useLibrary } from "@/state/workflow/library";
import { openPublish } from "@/state/workflow/publishing";
import { currentDocument, runOnDocument, wholeDocument } from "@/state/workflow/workspace";
import { tellOutdated } from "./libraryUpdate";
import { definitionOf } from "./subgraphs";

/** Ask for the name to publish by: of an instance's sub-graph, or of the one on the screen. */
export function askPublish(instance: string | null): void {
  const definition = instance === null ? currentDocument().inside?.definition : definitionOf(instance);
  if (definition !== undefined) openPublish({ definition: definition.id, instance });
}

/** What is being published now. Until the workflow is marked, its own sub-graph looks like an older version. */
let sending: Promise<unknown> = Promise.resolve();

/** Resolves when nothing is being published. */
export function afterPublishing(): Promise<unknown> {
  return sending;
}

/** Publish, in the place of what the library has by this name. Answers what is wrong, in words, or null. */
export function publish(...what: Parameters<typeof send>): Promise<string | null> {
  const done = send(...what);
  sending = done.catch(() => undefined);
  return done;
}

async function send(
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
