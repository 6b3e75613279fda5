/** Edits of frames: titled areas behind nodes. */

import type { Frame } from "../document";
import type { Command } from "../history";

/** Put a frame behind the nodes. */
export function addFrame(frame: Frame): Command {
  return { label: "frame", run: (draft) => void draft.frames.push(structuredClone(frame)) };
}

/** Name a frame. */
export function renameFrame(id: string, title: string): Command {
  return {
    label: "rename",
    run(draft) {
      const frame = draft.frames.find((item) => item.id === id);
      if (frame !== undefined && frame.title !== title) frame.title = title;
    },
  };
}
