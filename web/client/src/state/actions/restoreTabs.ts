/** The tabs that come back when the page is loaded. */

import { getDraft, getDrafts } from "@/api/drafts";
import { newId } from "@/graph/ids";
import { browserId } from "@/state/page/browserId";
import { showTab, useTabs } from "@/state/workflow/tabs";
import type { DraftAbout } from "./draft";
import { dropSpare, readOrder, readSpares, type Spare } from "./spare";
import { heldElsewhere } from "./tabLocks";
import { type DraftToOpen, openDraft } from "./tabs";

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
