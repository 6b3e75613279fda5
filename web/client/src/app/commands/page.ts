/** Commands of the page itself. */

import type { Command } from "@/state/commands/command";
import { useOverlays } from "@/state/page/overlays";
import { hidePanels } from "@/state/page/panels";
import { prefer, THEMES, usePreferences } from "@/state/page/preferences";
import { openTour } from "@/state/page/tour";
import { cycleRegions } from "./regions";

function nextTheme(): void {
  const at = THEMES.indexOf(usePreferences.getState().theme);
  prefer({ theme: THEMES[(at + 1) % THEMES.length] ?? "system" });
}

export const pageCommands: readonly Command[] = [
  {
    id: "page.commands",
    title: "commands.title",
    group: "page",
    keys: ["Mod+K"],
    scope: "page",
    hidden: true,
    run: () => useOverlays.setState({ commands: true }),
  },
  {
    id: "page.settings",
    title: "settings.title",
    group: "page",
    keys: ["Mod+,"],
    scope: "page",
    run: () => useOverlays.setState({ settings: "look" }),
  },
  {
    id: "page.key_bindings",
    title: "settings.keys.title",
    group: "page",
    scope: "page",
    run: () => useOverlays.setState({ settings: "keys" }),
  },
  {
    id: "page.keys",
    title: "menu.help",
    group: "page",
    keys: ["?", "Ctrl+Shift+K"],
    scope: "page",
    run: () => useOverlays.setState({ help: true }),
  },
  {
    id: "page.hide_panels",
    title: "command.hide_panels",
    group: "panels",
    keys: ["Mod+\\"],
    scope: "page",
    run: hidePanels,
  },
  {
    id: "page.next_region",
    title: "command.next_region",
    group: "page",
    keys: ["F6"],
    scope: "page",
    run: () => cycleRegions(1),
  },
  {
    id: "page.previous_region",
    title: "command.previous_region",
    group: "page",
    keys: ["Shift+F6"],
    scope: "page",
    run: () => cycleRegions(-1),
  },
  { id: "page.tour", title: "tour.title", group: "page", scope: "page", run: openTour },
  { id: "page.theme", title: "command.theme", group: "page", scope: "page", run: nextTheme },
  {
    id: "page.language",
    title: "command.language",
    group: "page",
    scope: "page",
    run: () => prefer({ language: usePreferences.getState().language === "en" ? "zh-CN" : "en" }),
  },
];
