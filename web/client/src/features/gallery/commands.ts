/** The gallery in the whole window. */

import type { Command } from "@/state/commands/command";
import { toggleView, useViews } from "@/state/page/views";

export const galleryCommands: readonly Command[] = [
  {
    id: "gallery.open",
    title: "gallery.open_view",
    group: "panels",
    scope: "page",
    checked: () => useViews.getState().current?.id === "gallery",
    run: () => toggleView("gallery"),
  },
  {
    // What another program put into the output folder is otherwise seen once a day, and at the start.
    id: "gallery.rescan",
    title: "gallery.rescan",
    group: "panels",
    scope: "page",
    run: () => import("@/state/actions/gallery").then(({ rescan }) => rescan()),
  },
];
