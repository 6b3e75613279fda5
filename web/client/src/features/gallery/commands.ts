/** The gallery in the whole window. */

import type { Command } from "@/state/commands/command";
import { toggleView, useViews } from "@/state/views";

export const galleryCommands: readonly Command[] = [
  {
    id: "gallery.open",
    title: "gallery.open_view",
    group: "panels",
    scope: "page",
    checked: () => useViews.getState().current?.id === "gallery",
    run: () => toggleView("gallery"),
  },
];
