/** Every command of the page. Each part exports its own list; a new part adds one line here. */

import { arrangeCommands } from "@/canvas/commands/arrange";
import { bookmarkCommands } from "@/canvas/commands/bookmarks";
import { clearSelection } from "@/canvas/commands/clear";
import { clipboardCommands } from "@/canvas/commands/clipboard";
import { colorCommands } from "@/canvas/commands/color";
import { commentCommands } from "@/canvas/commands/comments";
import { editCommands } from "@/canvas/commands/edit";
import { findCommands } from "@/canvas/commands/find";
import { frameCommands } from "@/canvas/commands/frames";
import { namedCommands } from "@/canvas/commands/named";
import { selectionCommands } from "@/canvas/commands/selection";
import { subgraphCommands } from "@/canvas/commands/subgraphs";
import { toolCommands } from "@/canvas/commands/tools";
import { valueCommands } from "@/canvas/commands/values";
import { viewCommands } from "@/canvas/commands/view";
import { wiringCommands } from "@/canvas/commands/wiring";
import { formCommands } from "@/features/form/commands";
import { galleryCommands } from "@/features/gallery/commands";
import { maskCommands } from "@/features/mask/commands";
import { runCommands } from "@/features/run/commands";
import { tabCommands } from "@/features/tabs/commands";
import { fileCommands } from "@/features/topbar/commands";
import type { Command } from "@/state/commands/command";
import { pageCommands } from "./page";

/** Where two have the same key, the first that can run takes it: Esc clears the selection last of all. */
export const ALL_COMMANDS: readonly Command[] = [
  ...runCommands,
  ...fileCommands,
  ...arrangeCommands,
  ...wiringCommands,
  ...tabCommands,
  ...editCommands,
  ...valueCommands,
  ...commentCommands,
  ...frameCommands,
  ...selectionCommands,
  ...colorCommands,
  ...clipboardCommands,
  ...findCommands,
  ...subgraphCommands,
  ...namedCommands,
  ...viewCommands,
  ...bookmarkCommands,
  ...toolCommands,
  ...galleryCommands,
  ...pageCommands,
  ...formCommands,
  ...maskCommands,
  ...clearSelection,
];
