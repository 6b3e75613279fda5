/** What a key means in the tree of the node library. */

import { isPublished } from "@/state/workflow/library";
import type { Row } from "./tree";

export type Stroke = { kind: "go"; to: number } | { kind: "turn" | "add" | "about" | "mark" | "remove" };

/** The meaning of `event` at row `at`; null where it means nothing here. */
export function strokeAt(event: React.KeyboardEvent, rows: readonly Row[], at: number): Stroke | null {
  const row = rows[at];
  if (row === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  const go = (to: number): Stroke | null => (rows[to] === undefined ? null : { kind: "go", to });
  const open = row.kind === "branch" && row.open;
  switch (event.key) {
    case "ArrowDown":
      return go(at + 1);
    case "ArrowUp":
      return go(at - 1);
    case "Home":
      return go(0);
    case "End":
      return go(rows.length - 1);
    case "PageDown":
      return go(Math.min(at + PAGE, rows.length - 1));
    case "PageUp":
      return go(Math.max(at - PAGE, 0));
    case "ArrowRight":
      if (row.kind === "leaf") return null;
      return open ? go(at + 1) : { kind: "turn" };
    case "ArrowLeft":
      return open ? { kind: "turn" } : go(rows.findIndex(({ key }) => key === row.parent));
    case "Enter":
      return { kind: row.kind === "branch" ? "turn" : "add" };
    case "F1":
      return row.kind === "leaf" ? { kind: "about" } : null;
    case "Delete":
      return row.kind === "leaf" && isPublished(row.candidate.spec.id) ? { kind: "remove" } : null;
    case "b":
    case "B":
      return row.kind === "leaf" ? { kind: "mark" } : null;
  }
  return null;
}

const PAGE = 10;
