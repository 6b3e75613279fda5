/** The commands that open and close panels and views. */

import { isOpen, type Panel, togglePanel } from "@/state/page/panels";
import { toggleView, useViews, type View } from "@/state/page/views";
import type { Command } from "./command";

/** `panel.<id>` opens and closes a panel. */
export function panelCommand({ id, title, key }: Panel): Command {
  return {
    id: `panel.${id}`,
    title,
    group: "panels",
    scope: "page",
    checked: () => isOpen(id),
    when: () => useViews.getState().current === null,
    run: () => togglePanel(id),
    ...(key === undefined ? {} : { keys: [key] }),
  };
}

/** `view.<id>` opens a view, and leaves it again. */
export function viewCommand({ id, title, key, hidden }: View): Command {
  return {
    id: `view.${id}`,
    title,
    group: "panels",
    scope: "page",
    hidden: hidden === true,
    checked: () => useViews.getState().current?.id === id,
    run: () => toggleView(id),
    ...(key === undefined ? {} : { keys: [key] }),
  };
}
