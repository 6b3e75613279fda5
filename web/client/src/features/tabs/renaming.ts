/** The tab whose title is being edited. */

import { create } from "zustand";
import { setTitle } from "@/graph/commands/widgets";
import { chooseTab } from "@/state/actions/tabs";
import { useTabs } from "@/state/workflow/tabs";
import { runOnDocument } from "@/state/workflow/workspace";

export const useRenamedTab = create<{ tab: string | null }>(() => ({ tab: null }));

export function askToRename(tab: string): void {
  useRenamedTab.setState({ tab });
}

/** Give the tab's workflow a title; null leaves it. */
export function endRename(tab: string, title: string | null): void {
  useRenamedTab.setState({ tab: null });
  if (title === null) return;
  if (useTabs.getState().active !== tab) void chooseTab(tab);
  runOnDocument(setTitle(title));
}
