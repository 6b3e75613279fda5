/** Moving the view. */

import { viewport } from "@/state/canvas/viewport";
import type { Command } from "@/state/commands/command";
import { prefer, usePreferences } from "@/state/page/preferences";
import { useSelection } from "@/state/workflow/selection";

const selected = () => useSelection.getState().nodes;

export const viewCommands: readonly Command[] = [
  {
    id: "view.fit_selected",
    title: "help.fit_selected",
    group: "view",
    keys: ["F", "."],
    scope: "canvas",
    run: () => viewport()?.fit(selected().length > 0 ? selected() : undefined),
  },
  {
    id: "view.fit",
    title: "help.fit",
    group: "view",
    keys: ["Shift+1", "Home"],
    scope: "canvas",
    run: () => viewport()?.fit(),
  },
  {
    id: "view.full",
    title: "help.full",
    group: "view",
    keys: ["Shift+0"],
    scope: "canvas",
    run: () => viewport()?.reset(),
  },
  {
    id: "view.zoom_in",
    title: "view.zoom_in",
    group: "view",
    keys: ["+", "="],
    scope: "canvas",
    repeats: true,
    run: () => viewport()?.zoom(1),
  },
  {
    id: "view.zoom_out",
    title: "view.zoom_out",
    group: "view",
    keys: ["-"],
    scope: "canvas",
    repeats: true,
    run: () => viewport()?.zoom(-1),
  },
  {
    id: "view.minimap",
    title: "help.minimap",
    group: "view",
    keys: ["Alt+M"],
    scope: "page",
    checked: () => usePreferences.getState().minimap,
    run: () => prefer({ minimap: !usePreferences.getState().minimap }),
  },
];
