/** Edits of frames: titled areas behind nodes. */

import type { Frame, WorkflowDocument } from "../document";
import type { Command } from "../history";

/** Put a frame behind the nodes. */
export function addFrame(frame: Frame): Command {
  return { label: "frame", run: (draft) => void draft.frames.push(structuredClone(frame)) };
}

/** Name a frame. */
export function renameFrame(id: string, title: string): Command {
  return edit("rename", [id], (frame) => assign(frame, "title", title));
}

/** Write the line under a frame. */
export function noteFrame(id: string, note: string): Command {
  return edit("note", [id], (frame) => assign(frame, "note", note));
}

/** Colour frames; null is the theme's own. */
export function colorFrames(ids: readonly string[], color: string | null): Command {
  return edit("color", ids, (frame) => assign(frame, "color", color));
}

/** Give frames other bounds. */
export function placeFrames(bounds: ReadonlyMap<string, Frame["bounds"]>): Command {
  return edit("frame", [...bounds.keys()], (frame) => {
    const wanted = bounds.get(frame.id);
    if (wanted?.some((value, index) => value !== frame.bounds[index])) frame.bounds = [...wanted];
  });
}

/** Take frames away; what stands in them stays. */
export function removeFrames(ids: readonly string[]): Command {
  return {
    label: "unframe",
    run(draft) {
      if (draft.frames.some((frame) => ids.includes(frame.id))) {
        draft.frames = draft.frames.filter((frame) => !ids.includes(frame.id));
      }
    },
  };
}

function edit(label: string, ids: readonly string[], change: (frame: Frame) => void): Command {
  const chosen = new Set(ids);
  return {
    label,
    run(draft: WorkflowDocument) {
      for (const frame of draft.frames) if (chosen.has(frame.id)) change(frame);
    },
  };
}

/** Assigning an equal value would still make a patch; this does not. */
function assign<Key extends keyof Frame>(frame: Frame, key: Key, value: Frame[Key]): void {
  if (frame[key] !== value) frame[key] = value;
}
