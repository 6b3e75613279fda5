/** Saving by name and opening what was saved; what others save in between is never overwritten unseen. */

import { ApiError } from "@/api/client";
import {
  deleteSavedWorkflow,
  getSavedWorkflow,
  getSavedWorkflows,
  getVersion,
  moveSavedWorkflow,
  putSavedWorkflow,
  putThumbnail,
  restoreTrashed,
} from "@/api/workflows";
import type { WorkflowDocument } from "@/graph/document";
import { type Command, changed } from "@/graph/history";
import { readDocument, UnreadableWorkflow } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { problemSentence } from "@/i18n/problemWords";
import { notify, speak } from "@/state/page/notices";
import { usePictures } from "@/state/pictures/pictures";
import { shelfChanged, useSaving } from "@/state/workflow/saving";
import { activeTab, amendTab, useTabs } from "@/state/workflow/tabs";
import { runOnDocument, useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import { replaceDocument, saveDraft } from "./draft";
import { chooseTab, openInTab } from "./tabs";

/** Tell a refusal; other errors are the page's own. */
async function told<Answer>(work: Promise<Answer>): Promise<Answer | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnreadableWorkflow) notify("error", t(`files.errors.${error.code}`, { name: "" }));
    else if (error instanceof ApiError)
      notify("error", error.status === 0 ? t("connection.no_answer") : error.detail || error.title);
    else throw error;
    return null;
  }
}

/** Save under the name it has; ask for one where it has none. */
export async function saveWorkflow(): Promise<void> {
  const { name, revision } = activeTab();
  if (name === null) useSaving.setState({ asking: true });
  else await saveUnder(name, revision);
}

/**
 * Save under a name. `revision` null: the name should be new. `change` is made to what is saved, and to what is shown
 * once it is. Answers what stands in the way, or null.
 */
export async function saveUnder(name: string, revision: string | null, change?: Command): Promise<string | null> {
  const tab = activeTab();
  const before = wholeDocument();
  const document = change === undefined ? before : changed(before, change.run);
  try {
    const now = await putSavedWorkflow(name, document, revision);
    amendTab(tab.id, { name, revision: now });
    if (useTabs.getState().active === tab.id) {
      const untouched = wholeDocument() === before;
      if (change !== undefined) runOnDocument(change);
      useWorkspace.setState({ saved: untouched ? wholeDocument() : document });
    }
    saveDraft();
    void showPicture(name, document);
    useSaving.setState({ asking: false, conflict: null });
    speak(t("saving.saved", { name }));
    notify("info", t("saving.saved", { name }));
    shelfChanged();
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409 && revision === null) return t("saving.taken", { name });
    if (error.status === 409) {
      // Whichever is kept, what was asked for is part of ours.
      if (change !== undefined) runOnDocument(change);
      await askAbout(name);
      return null;
    }
    const words = error.status === 0 ? t("connection.no_answer") : error.detail || error.title;
    if (!useSaving.getState().asking) notify("error", words);
    return words;
  }
}

/** Somebody saved in between: let the person see both. */
async function askAbout(name: string): Promise<void> {
  try {
    const { revision, workflow } = await getSavedWorkflow(name);
    useSaving.setState({ conflict: { name, revision, theirs: readDocument(workflow) } });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    useSaving.setState({ conflict: { name, revision: null, theirs: null } });
  }
}

/** Save ours over theirs; theirs stays as a version. */
export function keepMineSaved(): void {
  const { conflict } = useSaving.getState();
  if (conflict !== null) void saveUnder(conflict.name, conflict.revision);
}

/** Show theirs in this tab. Undo brings ours back. */
export function takeTheirsSaved(): void {
  const { conflict } = useSaving.getState();
  if (conflict?.theirs == null) return;
  runOnDocument(replaceDocument(conflict.theirs));
  amendTab(activeTab().id, { revision: conflict.revision });
  useWorkspace.setState((state) => ({ saved: state.history.document }));
  useSaving.setState({ conflict: null });
}

/** The latest picture on the canvas shows what the workflow makes. */
async function showPicture(name: string, document: WorkflowDocument): Promise<void> {
  const { byNode } = usePictures.getState();
  const shown = document.nodes.flatMap((node) => byNode[node.id]?.at(-1) ?? []).at(-1);
  const file = shown === undefined ? null : /\/files\/(\w+)\/([^?]+)/.exec(shown.url);
  if (file === null) return;
  const path = (file[2] ?? "").split("/").map(decodeURIComponent).join("/");
  await putThumbnail(name, file[1] ?? "", path).then(shelfChanged, () => undefined);
}

/** Open a saved workflow, or show the tab that has it open. */
export async function openSaved(name: string): Promise<boolean> {
  const open = useTabs.getState().tabs.find((tab) => tab.name === name);
  if (open !== undefined) {
    await chooseTab(open.id);
    return true;
  }
  const found = await told(
    getSavedWorkflow(name).then((saved) => ({ ...saved, document: readDocument(saved.workflow) })),
  );
  if (found === null) return false;
  openInTab(found.document, { name, revision: found.revision });
  if (found.problems.length > 0) {
    const notes = found.problems.map((problem) => problemSentence(t, problem)).slice(0, 4);
    notify("warning", t("files.opened_with_notes", { name, notes: [...new Set(notes)].join(" ") }));
  }
  return true;
}

/** Bring an earlier version back into the open workflow. Undo takes it away again; saving keeps it. */
export async function restoreVersion(name: string, number: number): Promise<void> {
  if (activeTab().name !== name && !(await openSaved(name))) return;
  const document = await told(getVersion(name, number).then((saved) => readDocument(saved.workflow)));
  if (document === null) return;
  runOnDocument(replaceDocument(document));
  useSaving.setState({ versions: null });
  notify("info", t("versions.restored", { number }));
}

/** Move a saved workflow to the trash. Undo brings it back, also as what its tabs are saved by. */
export async function trashSaved(name: string): Promise<void> {
  const trash = await told(deleteSavedWorkflow(name));
  if (trash === null) return;
  const had = useTabs.getState().tabs.filter((tab) => tab.name === name);
  for (const { id } of had) amendTab(id, { name: null, revision: null });
  shelfChanged();
  const undo = async () => {
    const back = await untrash(trash, name);
    if (back === null) return;
    const nameless = new Set(useTabs.getState().tabs.flatMap((tab) => (tab.name === null ? tab.id : [])));
    for (const { id, revision } of had) if (nameless.has(id)) amendTab(id, { name: back, revision });
  };
  notify("info", t("library.trashed", { name }), { label: t("queue.undo"), act: () => void undo() });
}

/** Bring a workflow back from the trash, beside one that took its name meanwhile. Answers its name, or null. */
export async function untrash(trash: string, name: string): Promise<string | null> {
  const back = await told(restoreTrashed(trash, name).then(() => name, besideTaken(trash, name)));
  shelfChanged();
  if (back !== null && back !== name) notify("info", t("library.restored_as", { name, other: back }));
  return back;
}

/** Where the name is taken, bring it back under the first of `name 2`, `name 3` … that is free. */
function besideTaken(trash: string, name: string): (error: unknown) => Promise<string> {
  return async (error) => {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
    const taken = new Set((await getSavedWorkflows()).map((saved) => saved.name));
    let number = 2;
    while (taken.has(`${name} ${number}`)) number += 1;
    const free = `${name} ${number}`;
    await restoreTrashed(trash, free);
    return free;
  };
}

/** Give a saved workflow another name; a name with a slash puts it in a folder. */
export async function renameSaved(name: string, to: string): Promise<string | null> {
  try {
    await moveSavedWorkflow(name, to);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.status === 409 ? t("saving.taken", { name: to }) : error.detail || error.title;
  }
  for (const tab of useTabs.getState().tabs) if (tab.name === name) amendTab(tab.id, { name: to });
  shelfChanged();
  return null;
}
