/** What the menu of a comment offers, by command; null is a line. */
export const COMMENT_MENU: readonly (string | null)[] = [
  "comment.write",
  "comment.fit",
  "node.duplicate",
  null,
  "edit.delete",
];

/** The same for a frame that holds nodes. The menu acts on the selected frames. */
export const FRAME_MENU: readonly (string | null)[] = [
  "frame.run",
  null,
  "frame.rename",
  "frame.note",
  "frame.fit",
  "frame.select",
  null,
  "frame.bypass",
  "frame.mute",
  "frame.subgraph",
  null,
  "frame.remove",
];
