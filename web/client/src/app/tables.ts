/** Fills the tables that the page is made of: commands, panels, views. */

import { panelCommand, viewCommand } from "@/state/commands/shown";
import { registerCommands } from "@/state/commands/table";
import { registerPanels } from "@/state/page/panels";
import { registerViews } from "@/state/page/views";
import { ALL_COMMANDS } from "./commands/all";
import { ALL_PANELS } from "./panels/all";
import { ALL_VIEWS } from "./views/all";

/** Called once, before the page is drawn. */
export function fillTables(): void {
  registerPanels(ALL_PANELS);
  registerViews(ALL_VIEWS);
  registerCommands([...ALL_PANELS.map(panelCommand), ...ALL_VIEWS.map(viewCommand), ...ALL_COMMANDS]);
}
