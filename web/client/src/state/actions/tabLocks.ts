/** Which drafts this window shows, told to the browser's other windows by locks that end with the window. */

import { useTabs } from "@/state/workflow/tabs";
import { keepOrder } from "./spare";

const LOCK = "noiseloom.draft.";

/** Drafts that other windows of this browser show. */
export async function heldElsewhere(): Promise<ReadonlySet<string>> {
  const held = (await navigator.locks?.query().catch(() => null))?.held ?? [];
  return new Set(held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
}

/** Say to other windows which drafts are shown here, and remember the order. Returns the end of it. */
export function watchTabs(): () => void {
  const releases = new Map<string, () => void>();
  const tell = () => {
    const { tabs, active } = useTabs.getState();
    keepOrder({ order: tabs.map((tab) => tab.id), active });
    for (const { id } of tabs) if (!releases.has(id)) hold(id, releases);
    for (const [id, release] of releases) {
      if (tabs.some((tab) => tab.id === id)) continue;
      release();
      releases.delete(id);
    }
  };
  tell();
  const end = useTabs.subscribe((state, before) => {
    if (state.tabs !== before.tabs || state.active !== before.active) tell();
  });
  return () => {
    end();
    for (const release of releases.values()) release();
  };
}

function hold(id: string, releases: Map<string, () => void>): void {
  const released = new Promise<void>((resolve) => releases.set(id, resolve));
  void navigator.locks?.request(LOCK + id, { mode: "shared" }, () => released).catch(() => undefined);
}
