/** Opening and closing tabs, and going from one to another. */

import { ApiError, getJobEvents } from "@/api/client";
import { closeDraft, type DraftState, getDrafts, type KeptDraft, reopenDraft } from "@/api/drafts";
import { emptyDocument, type WorkflowDocument } from "@/graph/document";
import { newId } from "@/graph/ids";
import { readDocument, UnreadableWorkflow } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { templateWords } from "@/i18n/words";
import { browserId } from "@/state/page/browserId";
import { dismiss, notify, speak } from "@/state/page/notices";
import { clearNodePictures } from "@/state/pictures/pictures";
import { forgetRun, showReplayed, useRuns } from "@/state/runs/runs";
import { isActive } from "@/state/runs/runView";
import { NO_RUN } from "@/state/workflow/parking";
import { shelfChanged } from "@/state/workflow/saving";
import {
  activeTab,
  addTab,
  amendTab,
  documentOf,
  dropTab,
  isUnsaved,
  showTab,
  type Tab,
  takeClosed,
  useTabs,
} from "@/state/workflow/tabs";
import { openDocument, useWorkspace } from "@/state/workflow/workspace";
import { beginDraft, checkHead, type DraftAbout, flush, hasDraft } from "./draft";
import { tellOutdated } from "./libraryUpdate";
import { tellMissing } from "./missing";

export interface Opening {
  /** The name it is saved by. */
  name?: string;
  revision?: string;
  from?: Tab["from"];
}

/** Show a document: in the shown tab while that holds nothing of the person's, else in a new one. */
export function openInTab(document: WorkflowDocument, { name, revision, from }: Opening = {}): void {
  const saved = { name: name ?? null, revision: revision ?? null, from: from ?? null };
  const tab = activeTab();
  const { history, lastSeeds } = useWorkspace.getState();
  const free = tab.from !== null && history.past.length === 0 && !isUnsaved(tab) && Object.keys(lastSeeds).length === 0;
  if (free && useRuns.getState().view === null) {
    forgetRun();
    amendTab(tab.id, saved);
  } else {
    addTab({ id: newId(), ...saved });
    useRuns.setState(NO_RUN);
    clearNodePictures();
  }
  openDocument(document);
  tellMissing();
  tellOutdated();
}

/** Begin an empty workflow in a tab of its own. */
export function newTab(): void {
  addTab({ id: newId(), name: null, revision: null, from: "start" });
  useRuns.setState(NO_RUN);
  clearNodePictures();
  openDocument(emptyDocument(""));
}

/** The name a tab goes by. */
export function tabTitle(tab: Tab): string {
  return templateWords(t, documentOf(tab).title) || tab.name?.split("/").at(-1) || t("app.untitled");
}

/** Show another tab, with what its run has told meanwhile. */
export async function chooseTab(id: string): Promise<void> {
  showTab(id);
  speak(t("tabs.shown", { title: tabTitle(activeTab()) }));
  await Promise.all([catchUp(), checkHead()]);
}

/** Show the tab `step` places further, around the ends. */
export function stepTab(step: 1 | -1): void {
  const { tabs, active } = useTabs.getState();
  const at = tabs.findIndex((tab) => tab.id === active);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next !== undefined) void chooseTab(next.id);
}

/** Events went by while the tab was parked: ask for them. */
async function catchUp(): Promise<void> {
  const tab = useTabs.getState().active;
  for (;;) {
    const { view, waiting } = useRuns.getState();
    const job = isActive(view) ? view.job : waiting[0];
    if (job === undefined) return;
    try {
      const frames = await getJobEvents(job);
      if (useTabs.getState().active !== tab) return;
      useRuns.setState({ waiting: useRuns.getState().waiting.filter((item) => item !== job) });
      showReplayed(job, frames);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return;
    }
    if (isActive(useRuns.getState().view)) return;
  }
}

/** The messages that tabs were closed, by tab. */
const closings = new Map<string, number>();

/** A tab is back: nobody needs to be told any more that it was closed. */
function forgetClosing(id: string): void {
  dismiss(closings.get(id) ?? 0);
  closings.delete(id);
}

/** Close a tab. Undo brings it back as it was. */
export function closeTab(id: string = useTabs.getState().active): void {
  const tab = useTabs.getState().tabs.find((item) => item.id === id);
  if (tab === undefined) return;
  const title = tabTitle(tab);
  if (useTabs.getState().tabs.length === 1) newTab();
  const written = flush(id);
  if (dropTab(id) === null) return;
  void written.then(() => putAway(id)).catch(() => undefined);
  void catchUp();
  const said = notify("info", t("tabs.closed", { title }), { label: t("queue.undo"), act: () => void reopenTab(id) });
  closings.set(id, said);
}

/** Close the draft of a tab that is closed, unless it is back. */
async function putAway(id: string): Promise<void> {
  if (!hasDraft(id) || isOpen(id)) return;
  await closeDraft(id);
  shelfChanged();
}

const isOpen = (id: string) => useTabs.getState().tabs.some((tab) => tab.id === id);

/** Open again the tab that was closed last, or one by its id; failing that, the newest closed draft of this browser. */
export async function reopenTab(id?: string): Promise<void> {
  if (id !== undefined && isOpen(id)) return chooseTab(id);
  const back = takeClosed(id);
  if (back !== null) {
    forgetClosing(back.id);
    // What was written last is still known here; the next edit goes on from there.
    if (hasDraft(back.id)) await reopenDraft(back.id).catch(() => undefined);
    await catchUp();
    return;
  }
  const mine = await browserId();
  const latest = (await getDrafts(true)).find((draft) => draft.browser === mine);
  if (latest === undefined) notify("info", t("tabs.none_closed"));
  else openDraft(await reopenDraft(latest.id));
}

/** A draft to put on the page; `spare`: this browser has a later state of it than the server. */
export interface DraftToOpen extends KeptDraft {
  spare?: DraftState;
}

/** Put a draft of the server on the page. False when it holds no workflow. */
export function openDraft(draft: DraftToOpen, here = false): boolean {
  if (isOpen(draft.id)) {
    void chooseTab(draft.id);
    return true;
  }
  const state = draft.spare ?? draft.state;
  const about = state.about as Partial<DraftAbout>;
  try {
    const document = readDocument(state.document);
    const saved = { name: about.name ?? null, revision: about.revision ?? null, from: null };
    if (draft.head > 0) beginDraft(draft.id, draft.head, draft.state);
    if (here) amendTab(activeTab().id, { id: draft.id, ...saved });
    else addTab({ id: draft.id, ...saved });
    useRuns.setState(NO_RUN);
    clearNodePictures();
    openDocument(document, about.seeds ?? {});
    useWorkspace.setState({ view: about.view ?? null, fresh: false });
    // Another object than the document: there are edits that were not saved.
    if (about.unsaved) useWorkspace.setState({ saved: emptyDocument("") });
    return true;
  } catch (error) {
    if (!(error instanceof UnreadableWorkflow)) throw error;
    return false;
  }
}

/** Close every tab but one. */
export function closeOthers(id: string): void {
  for (const tab of useTabs.getState().tabs) if (tab.id !== id) closeTab(tab.id);
}

/** Open a copy of a tab's workflow, saved by no name. */
export function duplicateTab(id: string): void {
  const tab = useTabs.getState().tabs.find((item) => item.id === id);
  if (tab === undefined) return;
  const document = documentOf(tab);
  const title = t("tabs.copy_of", { title: tabTitle(tab) });
  addTab({ id: newId(), name: null, revision: null, from: null });
  useRuns.setState(NO_RUN);
  clearNodePictures();
  openDocument({ ...document, id: newId(), title });
  useWorkspace.setState({ saved: emptyDocument("") });
}
