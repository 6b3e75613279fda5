/** Edits of what the document says beside its graph: tags, description. */

import type { Command } from "../history";

/** Set a field of `extra`, or remove it. */
export function setExtra(field: string, value: unknown): Command {
  return {
    label: "edit",
    run(draft) {
      if (value === undefined) delete draft.extra[field];
      else draft.extra[field] = value;
    },
  };
}
