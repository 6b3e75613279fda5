/** Named wires and reroutes by key and from the command palette. */

import { rerouteSelected } from "@/canvas/wires/reroute";
import { nameSelectedWires } from "@/state/actions/named";
import type { Command } from "@/state/commands/command";
import { useSelection } from "@/state/workflow/selection";

export const namedCommands: readonly Command[] = [
  {
    id: "wire.name",
    title: "named.name_wires",
    group: "graph",
    keys: ["Shift+N"],
    scope: "canvas",
    when: () => useSelection.getState().nodes.length + useSelection.getState().wires.length > 0,
    run: nameSelectedWires,
  },
  {
    id: "wire.reroute",
    title: "reroute.add",
    group: "graph",
    keys: ["Alt+R"],
    scope: "canvas",
    when: () => useSelection.getState().wires.length > 0,
    run: rerouteSelected,
  },
];
