/**
 * The open workflows. The one that is shown lives in the workspace, the selection and the runs; each of the others is
 * parked whole, with its history, and is put back there when its tab is chosen.
 */

import { create } from "zustand";
import type { WorkflowDocument } from "@/graph/document";
import { newId } from "@/graph/ids";
import { type Parked, parkPage, restorePage } from "./parking";
import { useWorkspace } from "./workspace";

export interface Tab {
  /** The id of its draft on the server. */
  id: string;
  /** The name it is saved by, and the revision it was saved or opened at. */
  name: string | null;
  revision: string | null;
  /** What it began as: until it is touched, another workflow may take its place. `start` comes back without a draft. */
  from: "start" | "template" | null;
  /** Null while it is shown. */
  parked: Parked | null;
}

interface Tabs {
  tabs: readonly Tab[];
  active: string;
  /** What was closed here, the latest last, each with the place it had. */
  closed: readonly { tab: Tab; at: number }[];
}

const MOST_CLOSED = 20;
const first = newId();

export const useTabs = create<Tabs>(() => ({
  tabs: [{ id: first, name: null, revision: null, from: "start", parked: null }],
  active: first,
  closed: [],
}));

export function activeTab(): Tab {
  const { tabs, active } = useTabs.getState();
  return tabs.find((tab) => tab.id === active) ?? (tabs[0] as Tab);
}

/** The document of a tab, shown or parked. */
export function documentOf(tab: Tab): WorkflowDocument {
  return (tab.parked?.workspace ?? useWorkspace.getState()).history.document;
}

/** Whether a tab has edits that were not saved. */
export function isUnsaved(tab: Tab): boolean {
  const { history, saved } = tab.parked?.workspace ?? useWorkspace.getState();
  return history.document !== saved;
}

/** Change what is known of a tab. */
export function amendTab(id: string, change: Partial<Omit<Tab, "parked">>): void {
  useTabs.setState((state) => ({
    tabs: state.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)),
    active: state.active === id ? (change.id ?? id) : state.active,
  }));
}

/** Park what is shown; the new tab's content is up to the caller. */
export function addTab(tab: Omit<Tab, "parked">, at?: number): void {
  const parked = parkPage();
  useTabs.setState((state) => {
    const tabs = state.tabs.map((item) => (item.id === state.active ? { ...item, parked } : item));
    tabs.splice(at ?? tabs.findIndex((item) => item.id === state.active) + 1, 0, { ...tab, parked: null });
    // A closed one that is opened in another way is closed no more.
    const closed = state.closed.filter((item) => item.tab.id !== tab.id);
    return { tabs, active: tab.id, closed };
  });
}

/** Show another tab. */
export function showTab(id: string): void {
  const { tabs, active } = useTabs.getState();
  const wanted = tabs.find((tab) => tab.id === id);
  if (wanted?.parked == null || id === active) return;
  const parked = parkPage();
  useTabs.setState({
    tabs: tabs.map((tab) => (tab.id === id ? { ...tab, parked: null } : tab.id === active ? { ...tab, parked } : tab)),
    active: id,
  });
  restorePage(wanted.parked);
}

/** Take a tab off the bar; the one beside it is shown. The only tab stays: answers null then. */
export function dropTab(id: string): Tab | null {
  const { tabs, active, closed } = useTabs.getState();
  const at = tabs.findIndex((tab) => tab.id === id);
  const found = tabs[at];
  if (found === undefined || tabs.length === 1) return null;
  if (id === active) showTab((tabs[at + 1] ?? tabs[at - 1])?.id ?? "");
  const tab = useTabs.getState().tabs.find((item) => item.id === id) ?? found;
  useTabs.setState((state) => ({
    tabs: state.tabs.filter((item) => item.id !== id),
    closed: [...closed, { tab, at }].slice(-MOST_CLOSED),
  }));
  return tab;
}

/** Put the tab that was closed last back in its place. */
export function takeClosed(id?: string): Tab | null {
  const { closed } = useTabs.getState();
  const found = id === undefined ? closed.at(-1) : closed.find((item) => item.tab.id === id);
  if (found === undefined) return null;
  useTabs.setState((state) => {
    const tabs = [...state.tabs];
    tabs.splice(Math.min(found.at, tabs.length), 0, found.tab);
    return { tabs, closed: state.closed.filter((item) => item !== found) };
  });
  showTab(found.tab.id);
  return found.tab;
}

/** Put a tab at another place. */
export function moveTab(id: string, to: number): void {
  useTabs.setState((state) => {
    const from = state.tabs.findIndex((tab) => tab.id === id);
    const tab = state.tabs[from];
    const place = Math.max(0, Math.min(to, state.tabs.length - 1));
    if (tab === undefined || place === from) return {};
    const tabs = state.tabs.filter((item) => item.id !== id);
    tabs.splice(place, 0, tab);
    return { tabs };
  });
}
