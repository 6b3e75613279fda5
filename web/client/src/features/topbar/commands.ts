/** The workflow as a file, and its history. */

import { t } from "@/i18n/i18n";
import { chooseFile } from "@/state/actions/files";
import { tellOutdated } from "@/state/actions/libraryUpdate";
import type { Command } from "@/state/commands/command";
import { reloadCatalogue } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { loadLibrary } from "@/state/workflow/library";
import { redoEdit, undoEdit, useWorkspace } from "@/state/workflow/workspace";

const historyOf = () => useWorkspace.getState().history;

export const fileCommands: readonly Command[] = [
  { id: "workflow.open", title: "menu.open", group: "workflow", keys: ["Mod+O"], scope: "page", run: chooseFile },
  {
    id: "edit.undo",
    title: "menu.undo",
    group: "edit",
    keys: ["Mod+Z"],
    scope: "values",
    repeats: true,
    when: () => historyOf().past.length > 0,
    run: () => {
      undoEdit();
      speak(t("spoken.undone"));
    },
  },
  {
    id: "edit.redo",
    title: "menu.redo",
    group: "edit",
    keys: ["Mod+Shift+Z", "Mod+Y"],
    scope: "values",
    repeats: true,
    when: () => historyOf().future.length > 0,
    run: () => {
      redoEdit();
      speak(t("spoken.redone"));
    },
  },
  {
    id: "page.reload_lists",
    title: "help.reload",
    group: "page",
    keys: ["R"],
    scope: "page",
    run: () => void Promise.allSettled([reloadCatalogue(), loadLibrary()]).then(tellOutdated),
  },
];
