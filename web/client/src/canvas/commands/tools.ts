/** What a drag on the empty canvas does. */

import type { Command } from "@/state/commands/command";
import { prefer, usePreferences } from "@/state/page/preferences";

const tool = (id: string, key: string, dragOnEmpty: "pan" | "select"): Command => ({
  id: `tool.${id}`,
  title: `tool.${id}`,
  group: "view",
  keys: [key],
  scope: "canvas",
  checked: () => usePreferences.getState().dragOnEmpty === dragOnEmpty,
  run: () => prefer({ dragOnEmpty }),
});

export const toolCommands: readonly Command[] = [tool("select", "V", "select"), tool("hand", "H", "pan")];
