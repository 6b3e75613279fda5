/** Copy, paste and duplicate, through the system clipboard, so that pieces travel between tabs. */

import { copyFragment, type Fragment, parseFragment, pasteFragment } from "@/graph/fragment";
import { selectNodes, useSelection } from "@/state/selection";
import { viewport } from "@/state/viewport";
import { currentDocument, run } from "@/state/workspace";

const STEP = 32;

/** The selection as clipboard text, or null when nothing is selected. */
export function selectionText(): string | null {
  const fragment = copyFragment(currentDocument(), useSelection.getState().nodes);
  return fragment.nodes.length === 0 ? null : JSON.stringify(fragment);
}

/** Paste clipboard text. False when it is no piece of a workflow. */
export function pasteText(text: string, keepInputs: boolean): boolean {
  const fragment = parseFragment(text);
  if (fragment === null || fragment.nodes.length === 0) return false;
  add(fragment, offsetIntoView(fragment), keepInputs);
  return true;
}

/** Add a copy of nodes beside them. */
export function duplicate(ids: readonly string[], keepInputs: boolean): void {
  const fragment = copyFragment(currentDocument(), ids);
  if (fragment.nodes.length > 0) add(fragment, [STEP, STEP], keepInputs);
}

function add(fragment: Fragment, offset: [number, number], keepInputs: boolean): void {
  const paste = pasteFragment(currentDocument(), fragment, offset, keepInputs);
  run(paste.command);
  // React Flow learns of the new nodes after this render; then they can be selected.
  setTimeout(() => selectNodes(paste.ids), 0);
}

/** Beside the original while that is in place; into the middle of the view when the piece comes from elsewhere. */
function offsetIntoView(fragment: Fragment): [number, number] {
  const here = new Set(currentDocument().nodes.map((node) => node.id));
  const first = fragment.nodes[0];
  const centre = viewport()?.centre().position;
  if (first === undefined || centre === undefined || here.has(first.id)) return [STEP, STEP];
  return [Math.round(centre[0] - first.position[0]), Math.round(centre[1] - first.position[1])];
}
