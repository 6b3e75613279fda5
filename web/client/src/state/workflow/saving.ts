/** The dialogs around saving: under which name, what to do about somebody else's change, earlier versions. */

import { create } from "zustand";
import type { WorkflowDocument } from "@/graph/document";

/** Somebody saved in between: theirs, and where it is now. */
export interface SaveConflict {
  name: string;
  revision: string | null;
  theirs: WorkflowDocument | null;
}

interface Saving {
  /** Whether the name is being asked for. */
  asking: boolean;
  conflict: SaveConflict | null;
  /** The saved workflow whose versions are looked at. */
  versions: string | null;
  /** Whether what the open workflow lacks is listed. */
  missing: boolean;
  /** Grows when the shelf changed, so that lists of it are read again. */
  changed: number;
}

export const useSaving = create<Saving>(() => ({
  asking: false,
  conflict: null,
  versions: null,
  missing: false,
  changed: 0,
}));

export function shelfChanged(): void {
  useSaving.setState((state) => ({ changed: state.changed + 1 }));
}
