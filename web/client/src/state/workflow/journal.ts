/** Whether what is on the page is also in the server's journal. */

import { create } from "zustand";

interface Journal {
  /** `kept`: on the server's disk. `writing`: on its way. `waiting`: the server does not answer, or has no room. */
  state: "kept" | "writing" | "waiting";
  /** The tab whose draft another window wrote to in between: the person decides. */
  conflict: string | null;
}

export const useJournal = create<Journal>(() => ({ state: "kept", conflict: null }));
