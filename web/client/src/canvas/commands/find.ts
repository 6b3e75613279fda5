/** Finding a node by title, value or problem. */

import { useFind } from "@/state/canvas/find";
import type { Command } from "@/state/commands/command";

export const findCommands: readonly Command[] = [
  {
    id: "find.open",
    title: "find.open",
    group: "view",
    keys: ["Mod+F"],
    scope: "canvas",
    run: () => useFind.setState((state) => ({ open: true, asked: state.asked + 1 })),
  },
];
