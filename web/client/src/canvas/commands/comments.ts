/** Comments: adding, writing and fitting them. */

import { placeFrames } from "@/graph/commands/frames";
import { isComment, SMALLEST_COMMENT } from "@/graph/comments";
import type { Frame } from "@/graph/document";
import { addComment } from "@/state/actions/comments";
import { useEditing } from "@/state/canvas/editing";
import { useNodeMenu } from "@/state/canvas/nodeMenu";
import { viewport } from "@/state/canvas/viewport";
import type { Command } from "@/state/commands/command";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

/** The one comment that is selected. */
function only(): Frame | undefined {
  const [id, ...more] = useSelection.getState().nodes;
  if (id === undefined || more.length > 0) return undefined;
  return currentDocument().frames.find((frame) => frame.id === id && isComment(frame));
}

/** Where the canvas's menu was opened, or else in the middle of the view. */
function addHere(): void {
  const menu = useNodeMenu.getState().canvas;
  const view = viewport();
  if (view !== null) addComment(menu === null ? view.centre().position : view.toCanvas(menu));
}

function write(): void {
  const comment = only();
  if (comment !== undefined) useEditing.setState({ frame: { id: comment.id, part: "note" } });
}

/** As high as its words: sizing without a drag. */
function fit(): void {
  const comment = only();
  const box = document.querySelector<HTMLElement>(`[data-comment="${CSS.escape(comment?.id ?? "")}"]`);
  const words = box?.lastElementChild;
  if (comment === undefined || box === null || !words) return;
  const [x, y, width, height] = comment.bounds;
  const rest = height - words.clientHeight;
  // Measured at no height, or a text shorter than the box would say the box's.
  const before = box.style.height;
  box.style.height = "0";
  const wanted = Math.max(SMALLEST_COMMENT[1], Math.ceil((words.scrollHeight + rest) / 8) * 8);
  box.style.height = before;
  run(placeFrames(new Map([[comment.id, [x, y, width, wanted]]])));
}

export const commentCommands: readonly Command[] = [
  { id: "comment.add", title: "comment.add", group: "arrange", keys: ["Shift+C"], scope: "canvas", run: addHere },
  {
    id: "comment.write",
    title: "comment.write",
    group: "arrange",
    keys: ["Enter", "F2"],
    scope: "canvas",
    when: () => only() !== undefined,
    run: write,
  },
  {
    id: "comment.fit",
    title: "comment.fit",
    group: "arrange",
    scope: "canvas",
    when: () => only() !== undefined,
    run: fit,
  },
];
