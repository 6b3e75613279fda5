/** Making sub-graphs, going in and out of them, taking them apart. */

import { askPublish } from "@/state/actions/library";
import { askForSelected, outdatedSelected } from "@/state/actions/libraryUpdate";
import {
  dissolveInstance,
  editFaces,
  enterSelected,
  giveOwnSeeds,
  makeOfSelection,
  selectedInstance,
  separate,
  sharesSeeds,
} from "@/state/actions/subgraphs";
import type { Command } from "@/state/commands/command";
import { leave } from "@/state/workflow/inside";
import { useSelection } from "@/state/workflow/selection";
import { useWorkspace } from "@/state/workflow/workspace";
import { anySelected } from "./edit";

const inside = () => useWorkspace.getState().path.length > 0;
const instance = () => selectedInstance() !== null;
const onInstance = (act: (id: string) => void) => () => {
  const id = selectedInstance();
  if (id !== null) act(id);
};

function nothingSelected(): boolean {
  const { nodes, wires } = useSelection.getState();
  return nodes.length + wires.length === 0;
}

export const subgraphCommands: readonly Command[] = [
  {
    id: "subgraph.make",
    title: "subgraph.make",
    group: "graph",
    keys: ["Mod+Shift+E"],
    scope: "canvas",
    when: anySelected,
    run: makeOfSelection,
  },
  {
    id: "subgraph.enter",
    title: "subgraph.enter",
    group: "graph",
    keys: ["Alt+ArrowDown"],
    scope: "canvas",
    when: instance,
    run: enterSelected,
  },
  {
    id: "subgraph.leave",
    title: "subgraph.leave",
    group: "graph",
    keys: ["Alt+ArrowUp"],
    scope: "canvas",
    when: inside,
    run: leave,
  },
  {
    id: "subgraph.leave_idle",
    title: "subgraph.leave",
    group: "graph",
    keys: ["Escape"],
    scope: "canvas",
    hidden: true,
    when: () => inside() && nothingSelected(),
    run: leave,
  },
  {
    id: "subgraph.faces",
    title: "subgraph.faces",
    group: "graph",
    scope: "canvas",
    when: () => instance() || inside(),
    run: () => editFaces(selectedInstance()),
  },
  {
    id: "subgraph.publish",
    title: "publish.menu",
    group: "graph",
    scope: "canvas",
    when: () => instance() || inside(),
    run: () => askPublish(selectedInstance()),
  },
  {
    id: "subgraph.update",
    title: "publish.update",
    group: "graph",
    scope: "canvas",
    when: () => outdatedSelected() !== null,
    run: askForSelected,
  },
  {
    id: "subgraph.own_copy",
    title: "subgraph.own_copy",
    group: "graph",
    scope: "canvas",
    when: instance,
    run: onInstance(separate),
  },
  {
    id: "subgraph.own_seeds",
    title: "subgraph.own_seeds",
    group: "graph",
    scope: "canvas",
    when: () => sharesSeeds(selectedInstance() ?? ""),
    run: onInstance(giveOwnSeeds),
  },
  {
    id: "subgraph.dissolve",
    title: "subgraph.dissolve",
    group: "graph",
    scope: "canvas",
    when: instance,
    run: onInstance(dissolveInstance),
  },
];
