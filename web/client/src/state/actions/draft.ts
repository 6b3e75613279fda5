/**
 * The drafts of the open workflows: every edit goes to the server's journal within a second. What has not been
 * acknowledged is kept in this browser as a spare, one for each draft.
 */

import { ApiError } from "@/api/client";
import { changeDraft, type DraftState, getDraft, getDraftHead, writeDraft } from "@/api/drafts";
import { changesBetween } from "@/graph/changes";
import type { View, WorkflowDocument } from "@/graph/document";
import type { Command } from "@/graph/history";
import { newId } from "@/graph/ids";
import { readDocument } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import { browserId } from "@/state/page/browserId";
import { notify } from "@/state/page/notices";
import { useRuns } from "@/state/runs/runs";
import { useJournal } from "@/state/workflow/journal";
import { activeTab, amendTab, documentOf, isUnsaved, showTab, type Tab, useTabs } from "@/state/workflow/tabs";
import { runOnDocument, useWorkspace } from "@/state/workflow/workspace";
import { dropSpare, keepSpare } from "./spare";

interface Sync {
  /** The record of the server's journal that `sent` is; null: the server has none. */
  head: number | null;
  sent: DraftState | null;
  writing: boolean;
}

/** What a draft says of its workflow beside the document. */
export interface DraftAbout {
  name: string | null;
  revision: string | null;
  unsaved: boolean;
  seeds: Record<string, string>;
  job: string | null;
  /** Where it was looked at. */
  view: View | null;
}

const PAUSE_MS = 250;
const LONGEST_MS = 800;
const AGAIN_MS = 2_000;

const syncs = new Map<string, Sync>();
const lastJobs = new Map<string, string>();
let browser = "";

function syncOf(id: string): Sync {
  const sync = syncs.get(id) ?? { head: null, sent: null, writing: false };
  syncs.set(id, sync);
  return sync;
}

/** What the server has of a draft: later edits are told as changes of it. `head` null: nothing yet. */
export function beginDraft(id: string, head: number | null, sent: DraftState | null): void {
  syncs.set(id, { head, sent, writing: false });
}

/** Whether the server has a draft of this tab. */
export function hasDraft(id: string): boolean {
  return syncs.get(id)?.head != null;
}

/** Remember the run to show again after a reload, and write the draft. */
export function saveDraft(job?: string): void {
  const { id } = activeTab();
  if (job !== undefined) lastJobs.set(id, job);
  void flush(id);
}

function stateOf(tab: Tab): DraftState {
  const workspace = tab.parked?.workspace ?? useWorkspace.getState();
  const runs = tab.parked?.runs ?? useRuns.getState();
  const about: DraftAbout = {
    name: tab.name,
    revision: tab.revision,
    unsaved: isUnsaved(tab),
    seeds: workspace.lastSeeds,
    job: runs.view?.job ?? lastJobs.get(tab.id) ?? null,
    view: tab.parked === null ? (viewport()?.view() ?? null) : tab.parked.view,
  };
  return { document: workspace.history.document, browser, about: { ...about } };
}

/** What the page begins with needs no draft until it is touched: it is there again by itself. */
function isUntouched(tab: Tab): boolean {
  const { history, lastSeeds } = tab.parked?.workspace ?? useWorkspace.getState();
  const alone = useTabs.getState().tabs.length === 1;
  const edited = history.past.length > 0 || Object.keys(lastSeeds).length > 0 || isUnsaved(tab);
  return alone && tab.from === "start" && tab.name === null && !edited;
}

/** Bring the server's journal of a tab up to date; what is edited meanwhile follows. */
export async function flush(id: string): Promise<void> {
  const sync = syncOf(id);
  if (sync.writing || useJournal.getState().conflict === id) return;
  sync.writing = true;
  try {
    for (let tab = tabOf(id); tab !== undefined && !(sync.head === null && isUntouched(tab)); tab = tabOf(id)) {
      const state = stateOf(tab);
      await send(id, sync, state);
      dropSpare(id);
      if (documentOf(tabOf(id) ?? tab) === state.document) break;
    }
    if (useJournal.getState().state !== "kept") useJournal.setState({ state: "kept" });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refused(id, sync, error);
  } finally {
    sync.writing = false;
  }
}

/** Send what changed; until the server has it, this browser does. */
async function send(id: string, sync: Sync, state: DraftState): Promise<void> {
  const changes = sync.sent === null ? [] : changesBetween(sync.sent, state);
  if (sync.head !== null && sync.sent !== null && changes.length === 0) return;
  keepSpare({ id, head: sync.head, state });
  useJournal.setState({ state: "writing" });
  const whole = sync.head === null || sync.sent === null;
  sync.head = whole ? await writeDraft(id, state, sync.head) : await changeDraft(id, changes, sync.head as number);
  sync.sent = state;
}

function tabOf(id: string): Tab | undefined {
  return useTabs.getState().tabs.find((tab) => tab.id === id);
}

function refused(id: string, sync: Sync, error: ApiError): void {
  if (error.status === 409) {
    useJournal.setState({ state: "waiting", conflict: id });
    return;
  }
  const before = useJournal.getState().state;
  useJournal.setState({ state: "waiting" });
  if (error.status === 404) sync.head = null;
  else if (error.status === 422) sync.sent = null;
  else if (error.status !== 0 && before !== "waiting")
    notify("warning", t("drafts.refused", { reason: error.message }));
  setTimeout(() => void flush(id), AGAIN_MS);
}

/** Take over what the other window wrote. Undo brings this window's state back. */
export async function takeTheirs(id: string): Promise<void> {
  const theirs = await getDraft(id);
  const document = readDocument(theirs.state.document);
  useJournal.setState({ conflict: null, state: "kept" });
  showTab(id);
  beginDraft(id, theirs.head, theirs.state);
  runOnDocument(replaceDocument(document));
  useWorkspace.setState((state) => (theirs.state.about.unsaved === false ? { saved: state.history.document } : {}));
  void flush(id);
}

/** Go on with this window's state under a draft of its own; the other window keeps the old one. */
export function keepMine(id: string): void {
  const fresh = newId();
  useJournal.setState({ conflict: null });
  showTab(id);
  amendTab(id, { id: fresh });
  useWorkspace.setState((state) => ({
    history: { ...state.history, document: { ...state.history.document, id: fresh } },
  }));
  void flush(fresh);
}

/** The whole document at once, as one step of the history. */
export function replaceDocument(next: WorkflowDocument): Command {
  return {
    label: "replace",
    run(draft) {
      for (const key of Object.keys(draft)) if (!(key in next)) delete draft[key];
      Object.assign(draft, next);
    },
  };
}

/** Look whether another window wrote to the shown draft while nobody looked at this one. */
export async function checkHead(): Promise<void> {
  const tab = activeTab();
  const sync = syncs.get(tab.id);
  if (sync?.head == null || sync.writing || useJournal.getState().conflict !== null) return;
  const before = sync.head;
  const head = await getDraftHead(tab.id).catch(() => before);
  if (head === before || sync.writing || sync.head !== before) return;
  if (sync.sent !== null && sync.sent.document !== documentOf(tab)) {
    useJournal.setState({ state: "waiting", conflict: tab.id });
    return;
  }
  await takeTheirs(tab.id);
  notify("info", t("drafts.taken"));
}

/** Keep the drafts up to date while the person edits. Returns the end of it. */
export function watchDraft(): () => void {
  void browserId().then((id) => {
    browser = id;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  const flushAll = () => {
    since = 0;
    for (const { id } of useTabs.getState().tabs) void flush(id);
  };
  const soon = () => {
    const now = performance.now();
    if (since === 0) since = now;
    clearTimeout(timer);
    timer = setTimeout(flushAll, Math.min(PAUSE_MS, Math.max(0, since + LONGEST_MS - now)));
  };
  const ends = [
    useWorkspace.subscribe((state, before) => {
      if (state.history.document !== before.history.document || state.saved !== before.saved) soon();
    }),
    useTabs.subscribe((state, before) => {
      if (state.tabs !== before.tabs) soon();
    }),
  ];
  const leave = () => {
    for (const tab of useTabs.getState().tabs) {
      const { head, sent } = syncOf(tab.id);
      if (!isUntouched(tab) && sent?.document !== documentOf(tab)) keepSpare({ id: tab.id, head, state: stateOf(tab) });
    }
  };
  const look = () => void checkHead();
  addEventListener("pagehide", leave);
  addEventListener("online", flushAll);
  addEventListener("focus", look);
  return () => {
    for (const end of ends) end();
    clearTimeout(timer);
    removeEventListener("pagehide", leave);
    removeEventListener("online", flushAll);
    removeEventListener("focus", look);
  };
}
