/** Opening, closing and putting in order the tabs; and what comes back when the page is loaded. */

import { ApiError, getJobEvents } from "@/api/client";
import { closeDraft, type DraftState, getDraft, getDrafts, type KeptDraft, reopenDraft } from "@/api/drafts";
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
import { dropSpare, readOrder, readSpares, type Spare } from "./spare";
import { heldElsewhere } from "./tabLocks";

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
interface DraftToOpen extends KeptDraft {
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

/** Open what this browser had open. Answers the job that the shown workflow ran last; null: nothing was open. */
export async function restoreTabs(): Promise<{ job: string | null } | null> {
  const { window, browser } = readOrder();
  const elsewhere = await heldElsewhere();
  const isOurs = (id: string) => window?.order.includes(id) === true || !elsewhere.has(id);
  const drafts = await mineToOpen(isOurs);
  const shown = readSpares()
    .filter(({ id }) => isOurs(id))
    .reduce(withSpare, drafts);
  const order = (window ?? browser)?.order ?? [];
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  shown.sort((one, other) => place(one.id) - place(other.id));
  const opened = shown.filter((draft, index) => openDraft(draft, index === 0));
  if (opened.length === 0) return null;
  // None but the last was on the screen yet: they are looked at where they were.
  useTabs.setState(({ tabs }) => ({
    tabs: tabs.map((tab) =>
      tab.parked === null ? tab : { ...tab, parked: { ...tab.parked, view: tab.parked.workspace.view } },
    ),
  }));
  const active = opened.find((draft) => draft.id === (window ?? browser)?.active) ?? opened[0];
  if (active !== undefined) showTab(active.id);
  return { job: (active?.state.about as Partial<DraftAbout> | undefined)?.job ?? null };
}

/** Those of this browser's open drafts that are to be shown. */
async function mineToOpen(isOurs: (id: string) => boolean): Promise<DraftToOpen[]> {
  const mine = await browserId();
  const wanted = (await getDrafts()).filter((draft) => draft.browser === mine && isOurs(draft.id));
  const read = await Promise.all(wanted.map((draft) => getDraft(draft.id).catch(() => null)));
  return read.filter((draft) => draft !== null);
}

/** What the server did not acknowledge goes on from the record it was made from; else it opens beside, as a copy. */
function withSpare(drafts: DraftToOpen[], { id, head, state }: Spare): DraftToOpen[] {
  const known = drafts.find((draft) => draft.id === id);
  if (known === undefined) return [...drafts, { id, head: 0, state }];
  if (known.head === head) return drafts.map((draft) => (draft === known ? { ...draft, spare: state } : draft));
  // The copy keeps a spare of its own until the server has it.
  dropSpare(id);
  return [...drafts, { id: newId(), head: 0, state }];
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
