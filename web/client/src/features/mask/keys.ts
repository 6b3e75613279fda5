/** Keys of the mask editor. They act anywhere in it but where a field writes. */

import { strokeOf, writes } from "@/state/commands/stroke";
import { changeHardness, changeSize, maskSettings, setMask, swapErase } from "./settings";

export interface EditorActs {
  undo: () => void;
  redo: () => void;
  invert: () => void;
  clear: () => void;
  fit: () => void;
  actual: () => void;
  larger: () => void;
  smaller: () => void;
}

interface Ends {
  save: () => void;
  leave: () => void;
  hold: (held: boolean) => void;
}

const TOOL_KEYS: Record<string, () => void> = {
  B: () => setMask({ tool: "brush" }),
  E: () => setMask({ tool: "erase" }),
  G: () => setMask({ tool: "fill" }),
  L: () => setMask({ tool: "lasso" }),
  R: () => setMask({ tool: "shape" }),
  H: () => setMask({ tool: "hand" }),
  X: swapErase,
  "[": () => changeSize(-1),
  "]": () => changeSize(1),
  "{": () => changeHardness(-1),
  "}": () => changeHardness(1),
  "\\": () => setMask({ alone: !maskSettings().alone }),
};

const SPACE = "Space";

/** Act on a key, and keep it from the page behind. */
export function actOnKey(event: React.KeyboardEvent, acts: EditorActs, { save, leave, hold }: Ends): void {
  const stroke = strokeOf(event.nativeEvent);
  if (stroke === null) return;
  const field = event.target instanceof Element && event.target.closest("input, select") !== null;
  const act: Record<string, () => void> = {
    ...TOOL_KEYS,
    "Mod+Z": acts.undo,
    "Mod+Shift+Z": acts.redo,
    "Mod+Y": acts.redo,
    "Mod+I": acts.invert,
    I: acts.invert,
    Delete: acts.clear,
    "0": acts.fit,
    "1": acts.actual,
    "+": acts.larger,
    "-": acts.smaller,
    "Mod+S": save,
    "Mod+Enter": save,
    Escape: leave,
    [SPACE]: () => hold(true),
  };
  const found = act[stroke];
  if (found === undefined) return;
  if (field && writes(stroke) && stroke !== "Escape") return;
  // Space on a button presses it.
  if (stroke === SPACE && event.target instanceof HTMLButtonElement) return;
  event.preventDefault();
  event.stopPropagation();
  found();
}
