/** Places on the canvas that a person marked with a digit, kept in the document. */

import type { View, WorkflowDocument } from "./document";
import type { Command } from "./history";

const KEY = "bookmarks";

function all(document: WorkflowDocument): Record<string, View> {
  const kept = document.extra[KEY];
  return typeof kept === "object" && kept !== null && !Array.isArray(kept) ? (kept as Record<string, View>) : {};
}

/** The view that a digit stands for, if it was set. */
export function bookmarkOf(document: WorkflowDocument, digit: number): View | undefined {
  const view = all(document)[digit];
  const numbers = [view?.x, view?.y, view?.zoom];
  return view !== undefined && numbers.every(Number.isFinite) && view.zoom > 0 ? view : undefined;
}

/** Let a digit stand for a view. */
export function setBookmark(digit: number, view: View): Command {
  return {
    label: "bookmark",
    run(draft) {
      draft.extra = { ...draft.extra, [KEY]: { ...all(draft), [digit]: view } };
    },
  };
}
