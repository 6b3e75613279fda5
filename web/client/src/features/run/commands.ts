/** Running the open workflow. */

import { toggleAutoRun } from "@/state/actions/autoRun";
import { stepProblem, troubledNodes } from "@/state/actions/problems";
import { runDocument, stopRun } from "@/state/actions/submit";
import type { Command } from "@/state/commands/command";
import { useOverlays } from "@/state/page/overlays";
import { runCount } from "@/state/runs/runCount";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument } from "@/state/workflow/workspace";

const hasNodes = () => currentDocument().nodes.length > 0;
const selected = () => useSelection.getState().nodes;

export const runCommands: readonly Command[] = [
  {
    id: "run.run",
    title: "run.run",
    group: "run",
    keys: ["Mod+Enter"],
    scope: "page",
    when: hasNodes,
    run: () => void runDocument({ count: runCount() }),
  },
  {
    id: "run.front",
    title: "run.front",
    group: "run",
    keys: ["Mod+Shift+Enter"],
    scope: "page",
    when: hasNodes,
    run: () => void runDocument({ front: true, count: runCount() }),
  },
  {
    id: "run.to_selected",
    title: "run.to_selected",
    group: "run",
    keys: ["Shift+Enter"],
    scope: "canvas",
    when: () => selected().length > 0,
    run: () => void runDocument({ part: { upTo: selected() }, count: runCount() }),
  },
  {
    id: "run.from_selected",
    title: "run.from_selected",
    group: "run",
    scope: "canvas",
    when: () => selected().length > 0,
    run: () => void runDocument({ part: { from: selected() }, count: runCount() }),
  },
  {
    id: "run.vary",
    title: "run.vary",
    group: "run",
    scope: "page",
    when: hasNodes,
    run: () => useOverlays.setState({ batchDialog: true }),
  },
  {
    id: "run.on_change",
    title: "run.auto.on_change",
    group: "run",
    scope: "page",
    when: hasNodes,
    run: () => toggleAutoRun("change"),
  },
  {
    id: "run.forever",
    title: "run.auto.on_forever",
    group: "run",
    scope: "page",
    when: hasNodes,
    run: () => toggleAutoRun("forever"),
  },
  {
    id: "problems.next",
    title: "trouble.next",
    group: "run",
    keys: ["F8"],
    scope: "page",
    when: () => troubledNodes().length > 0,
    run: () => stepProblem(1),
  },
  {
    id: "problems.previous",
    title: "trouble.previous",
    group: "run",
    keys: ["Shift+F8"],
    scope: "page",
    when: () => troubledNodes().length > 0,
    run: () => stepProblem(-1),
  },
  {
    id: "run.stop",
    title: "run.stop",
    group: "run",
    keys: ["Mod+Alt+Enter"],
    scope: "page",
    run: () => void stopRun(),
  },
];
