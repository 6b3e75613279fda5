/** What a person can ask for: by key, in the command palette, in a menu. One table feeds them all. */

/** In the order in which they are listed. */
export const GROUPS = ["run", "edit", "graph", "arrange", "view", "panels", "workflow", "page", "extensions"] as const;
export type CommandGroup = (typeof GROUPS)[number];

export interface Command {
  /** Unique and stable: key bindings are kept under it. `area.verb`. */
  id: string;
  /** A key of the page's words; for a plug-in's command, the words themselves. */
  title: string;
  group: CommandGroup;
  /** Bindings such as "Mod+Z", "Shift+1", "F2", "Ctrl+M". `Mod` is Ctrl, or ⌘ on macOS. */
  keys?: readonly string[];
  /**
   * "page": also in panels and views, and inside fields where the key writes nothing. "canvas": only where the canvas
   * may be meant, never in a field, a panel or a view. "values": there, and in the fields of a node's values, wherever
   * they are shown: what is typed there is in the workflow, and the browser's own keys for it would go behind its back.
   */
  scope: "page" | "canvas" | "values";
  /** Whether it can be asked for now. A key whose command cannot goes to the next command with that key. */
  when?: () => boolean;
  run: () => void;
  /** Goes on while the key is held. */
  repeats?: boolean;
  /** Not listed in the command palette: it makes sense by key alone. */
  hidden?: boolean;
  /** The menus' words where they follow the state, such as "Expand" for "Collapse". */
  titleNow?: () => string;
  /** For switches: whether it is on. */
  checked?: () => boolean;
}
