/** What is being written on the canvas in place: a frame's title or note. Nodes have their own in `nodeMenu`. */

import { create } from "zustand";

export interface EditedFrame {
  id: string;
  part: "title" | "note";
}

export const useEditing = create<{ frame: EditedFrame | null }>(() => ({ frame: null }));
