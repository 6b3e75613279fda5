/** Adding, doubling and deleting. */

import { remove } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { disconnect } from "@/graph/commands/wires";
import { duplicate } from "@/state/actions/clipboard";
import { viewport } from "@/state/canvas/viewport";
import type { Command } from "@/state/commands/command";
import { openPalette } from "@/state/page/overlays";
import { useSelection } from "@/state/workflow/selection";
import { run } from "@/state/workflow/workspace";

const selected = () => useSelection.getState().nodes;
export const anySelected = () => selected().length > 0;

/** Delete what is selected, wires and nodes, as one step. */
export function deleteSelected(): void {
  const { nodes, wires } = useSelection.getState();
  if (nodes.length + wires.length > 0) run(several("delete", [disconnect(wires), remove(nodes)]));
}

function addAtCentre(): void {
  const centre = viewport()?.centre();
  if (centre !== undefined) openPalette({ ...centre, loose: null });
}

export const editCommands: readonly Command[] = [
  { id: "node.add", title: "help.add", group: "graph", keys: ["Shift+A"], scope: "canvas", run: addAtCentre },
  {
    id: "node.duplicate",
    title: "node.duplicate",
    group: "edit",
    keys: ["Mod+D", "Shift+D"],
    scope: "canvas",
    when: anySelected,
    run: () => duplicate(selected(), false),
  },
  {
    id: "node.duplicate_wired",
    title: "command.duplicate_wired",
    group: "edit",
    keys: ["Mod+Shift+D"],
    scope: "canvas",
    when: anySelected,
    run: () => duplicate(selected(), true),
  },
  {
    id: "edit.delete",
    title: "node.delete",
    group: "edit",
    keys: ["Delete", "Backspace"],
    scope: "canvas",
    when: () => useSelection.getState().nodes.length + useSelection.getState().wires.length > 0,
    run: deleteSelected,
  },
];
