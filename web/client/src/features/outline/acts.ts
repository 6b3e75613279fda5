/** What a row of the outline does: it shows its node or frame on the canvas, selects it, opens its menu. */

import type { OutlineRow } from "@/graph/outline";
import { openNodeMenu, useNodeMenu } from "@/state/canvas/nodeMenu";
import { viewport } from "@/state/canvas/viewport";
import { strokeTable } from "@/state/commands/bindings";
import { strokeOf } from "@/state/commands/stroke";
import { canRun } from "@/state/commands/table";
import { goTo } from "@/state/workflow/inside";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { useWorkspace } from "@/state/workflow/workspace";

/** Whether a row stands on the canvas that is on the screen. */
function isHere(row: OutlineRow): boolean {
  return row.path.join(":") === useWorkspace.getState().path.join(":");
}

export function isChosen(row: OutlineRow): boolean {
  return isHere(row) && useSelection.getState().nodes.includes(row.id);
}

/** Do something once the row is selected on its canvas. Going into a sub-graph takes a render. */
function once(row: OutlineRow, act: () => void): void {
  if (isHere(row)) {
    if (!isChosen(row)) selectNodes([row.id]);
    act();
    return;
  }
  goTo(row.path);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      selectNodes([row.id]);
      act();
    }),
  );
}

/** Show it on the canvas, selected. */
export function reveal(row: OutlineRow): void {
  if (isHere(row)) selectNodes([row.id]);
  once(row, () => (row.kind === "node" ? viewport()?.reveal(row.id) : viewport()?.fit([row.id])));
}

/** Add it to the selection, or take it out. */
export function toggle(row: OutlineRow): void {
  const { nodes } = useSelection.getState();
  if (isChosen(row)) selectNodes(nodes.filter((id) => id !== row.id));
  else if (isHere(row)) selectNodes([...nodes, row.id]);
  else reveal(row);
}

/** The menu that the canvas has for it. `back` is called when it closes and nothing else took the keyboard. */
export function openMenu(row: OutlineRow, x: number, y: number, back: () => void): void {
  once(row, () => {
    openNodeMenu({ node: row.id, x, y });
    const end = useNodeMenu.subscribe(({ request }) => {
      if (request !== null) return;
      end();
      requestAnimationFrame(() => {
        if (document.activeElement === null || document.activeElement === document.body) back();
      });
    });
  });
}

/** Letters find rows, and these keys walk the tree. */
const OURS = /^(Shift\+)?([\x20-\x7e]|Space|Tab|Escape|Arrow\w+|Home|End)$/;

/** Run the canvas's command of this key on the row. Says whether there was one. */
export function runByKey(row: OutlineRow, event: KeyboardEvent): boolean {
  const stroke = strokeOf(event);
  if (stroke === null || OURS.test(stroke)) return false;
  const commands =
    strokeTable()
      .get(stroke)
      ?.filter((command) => command.scope !== "page") ?? [];
  if (commands.length === 0) return false;
  once(row, () => commands.find(canRun)?.run());
  return true;
}
