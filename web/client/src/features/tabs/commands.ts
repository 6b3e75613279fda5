/** The open workflows: opening, closing, going through them, saving. */

import { exportFile } from "@/state/actions/files";
import { showMissing } from "@/state/actions/missing";
import { saveWorkflow } from "@/state/actions/shelf";
import { closeTab, newTab, reopenTab, stepTab } from "@/state/actions/tabs";
import type { Command } from "@/state/commands/command";
import { useSaving } from "@/state/workflow/saving";
import { activeTab, moveTab, useTabs } from "@/state/workflow/tabs";
import { askToRename } from "./renaming";

const several = () => useTabs.getState().tabs.length > 1;

function shift(step: 1 | -1): void {
  const { tabs, active } = useTabs.getState();
  moveTab(active, tabs.findIndex((tab) => tab.id === active) + step);
}

const workflow = { group: "workflow", scope: "page" } as const;

export const tabCommands: readonly Command[] = [
  { ...workflow, id: "workflow.new", title: "menu.new", keys: ["Alt+N"], run: newTab },
  { ...workflow, id: "workflow.save", title: "menu.save", keys: ["Mod+S"], run: () => void saveWorkflow() },
  {
    ...workflow,
    id: "workflow.save_as",
    title: "saving.as",
    keys: ["Mod+Shift+S"],
    run: () => useSaving.setState({ asking: true }),
  },
  { ...workflow, id: "workflow.rename", title: "tabs.rename", run: () => askToRename(activeTab().id) },
  {
    ...workflow,
    id: "workflow.versions",
    title: "versions.title",
    when: () => activeTab().name !== null,
    run: () => useSaving.setState({ versions: activeTab().name }),
  },
  { ...workflow, id: "workflow.missing", title: "missing.title", run: showMissing },
  { ...workflow, id: "workflow.export", title: "files.export.document", run: () => void exportFile() },
  { ...workflow, id: "workflow.export_canvas", title: "files.export.canvas", run: () => void exportFile("canvas") },
  {
    ...workflow,
    id: "workflow.export_canvas_1",
    title: "files.export.canvas-1.0",
    run: () => void exportFile("canvas-1.0"),
  },
  { ...workflow, id: "workflow.export_graph", title: "files.export.graph", run: () => void exportFile("graph") },
  { ...workflow, id: "tabs.close", title: "tabs.close", keys: ["Alt+W"], run: () => closeTab() },
  { ...workflow, id: "tabs.reopen", title: "tabs.reopen", keys: ["Alt+Shift+T"], run: () => void reopenTab() },
  { ...workflow, id: "tabs.next", title: "tabs.next", keys: ["Alt+PageDown"], when: several, run: () => stepTab(1) },
  {
    ...workflow,
    id: "tabs.previous",
    title: "tabs.previous",
    keys: ["Alt+PageUp"],
    when: several,
    run: () => stepTab(-1),
  },
  {
    ...workflow,
    id: "tabs.move_right",
    title: "tabs.move_right",
    keys: ["Alt+Shift+PageDown"],
    when: several,
    run: () => shift(1),
  },
  {
    ...workflow,
    id: "tabs.move_left",
    title: "tabs.move_left",
    keys: ["Alt+Shift+PageUp"],
    when: several,
    run: () => shift(-1),
  },
];
