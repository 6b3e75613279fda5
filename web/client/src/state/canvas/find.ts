/** Whether the find bar is open. */

import { create } from "zustand";

/** `asked` grows with each request, so that an open bar takes the keyboard again. */
export const useFind = create<{ open: boolean; asked: number }>(() => ({ open: false, asked: 0 }));
