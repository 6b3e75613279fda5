/** The sub-graphs that are about to be brought to the library's version, while the dialog says what that changes. */

import { create } from "zustand";

export const useUpdating = create<{ asked: readonly string[] | null }>(() => ({ asked: null }));

/** Say what updating these definitions changes, and ask; null closes the dialog. */
export function openUpdate(asked: readonly string[] | null): void {
  useUpdating.setState({ asked });
}
