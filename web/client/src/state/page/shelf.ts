/** Which shelf of the workflow library is shown. */

import { create } from "zustand";
import { openPanel } from "./panels";

export const SHELVES = ["saved", "templates", "drafts", "trash"] as const;
export type Shelf = (typeof SHELVES)[number];

export const useShelf = create<{ shelf: Shelf }>(() => ({ shelf: "saved" }));

/** Open the library at a shelf. */
export function showShelf(shelf: Shelf): void {
  useShelf.setState({ shelf });
  openPanel("workflows");
}
