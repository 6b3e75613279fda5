/**
 * Comments: words on the canvas. A comment is a frame that holds words (`note`, a little Markdown) instead of nodes: it
 * is copied, coloured, moved and put into sub-graphs like one, and carries nothing.
 */

import { onGrid } from "./boxes";
import { type Frame, freeId, type WorkflowDocument } from "./document";

/** Figures in canvas pixels. */
const SIZE = [240, 120] as const;
export const SMALLEST_COMMENT = [120, 56] as const;
const LONGEST_LINE = 60;

/** Whether a frame is a comment. */
export function isComment(frame: Frame): boolean {
  return frame.kind === "comment";
}

/** The frames that hold nodes. */
export function holdersOf(document: Pick<WorkflowDocument, "frames">): Frame[] {
  return document.frames.filter((frame) => !isComment(frame));
}

/** An empty comment with its upper left corner at a place of the canvas. */
export function newComment(document: WorkflowDocument, [x, y]: readonly [number, number]): Frame {
  const taken = new Set(document.frames.map((frame) => frame.id));
  const id = freeId(document, "comment", taken);
  return { id, kind: "comment", title: "", note: "", bounds: [onGrid(x), onGrid(y), ...SIZE], color: "yellow" };
}

/** A comment in a line: its title, or the first words of its text without Markdown's signs. "" for an empty one. */
export function commentLine({ title, note }: Frame): string {
  const [first = ""] = (title || note)
    .split("\n")
    .flatMap((line) => line.replace(/^[#>\-*\s]+|[*_`]/g, "").trim() || []);
  return first.length <= LONGEST_LINE ? first : `${first.slice(0, LONGEST_LINE - 1)}…`;
}
