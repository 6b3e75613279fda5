/** Esc, when nothing else wants it: clear the selection; with none, close what lies over the canvas. */

import type { Command } from "@/state/commands/command";
import { closeOverlays } from "@/state/page/panels";
import { selectNodes, useSelection } from "@/state/workflow/selection";

function clearOrClose(): void {
  const { nodes, wires } = useSelection.getState();
  if (nodes.length + wires.length === 0) closeOverlays();
  selectNodes([]);
}

export const clearSelection: readonly Command[] = [
  {
    id: "select.none",
    title: "command.select_none",
    group: "edit",
    keys: ["Escape"],
    scope: "canvas",
    run: clearOrClose,
  },
];
