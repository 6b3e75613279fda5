/** Several edits as one step. */

import type { Command } from "../history";

/** Run commands one after another; undo takes all of them back at once. */
export function several(label: string, commands: readonly Command[]): Command {
  return {
    label,
    run(draft) {
      for (const command of commands) command.run(draft);
    },
  };
}
