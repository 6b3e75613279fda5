/** Comments put on the canvas. */

import { addFrame } from "@/graph/commands/frames";
import { newComment } from "@/graph/comments";
import { useEditing } from "@/state/canvas/editing";
import { selectNodes } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

/** Put an empty comment at a place of the canvas, and let the person write. */
export function addComment(position: readonly [number, number]): void {
  const comment = newComment(currentDocument(), position);
  run(addFrame(comment));
  // The document reaches the canvas in one frame and the page in the next.
  requestAnimationFrame(() => {
    selectNodes([comment.id]);
    useEditing.setState({ frame: { id: comment.id, part: "note" } });
  });
}
