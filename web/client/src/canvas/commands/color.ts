/** Colours of nodes and frames. */

import { colorFrames } from "@/graph/commands/frames";
import { colorNodes } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { TINTS } from "@/graph/tint";
import type { Command } from "@/state/commands/command";
import { useSelection } from "@/state/workflow/selection";
import { run } from "@/state/workflow/workspace";
import { anySelected } from "./edit";

function paint(color: string | null): void {
  const { nodes } = useSelection.getState();
  run(several("color", [colorNodes(nodes, color), colorFrames(nodes, color)]));
}

export const colorCommands: readonly Command[] = [null, ...TINTS].map(
  (color): Command => ({
    id: `color.${color ?? "none"}`,
    title: `tint.${color ?? "none"}`,
    group: "arrange",
    scope: "canvas",
    when: anySelected,
    run: () => paint(color),
  }),
);
