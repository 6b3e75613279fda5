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

/** What a workflow is saved with: its title, where it gets another one, and its tags. */
export function describeSaved(title: string | null, tags: readonly string[]): Command {
  return {
    label: "rename",
    run(draft) {
      if (title !== null && draft.title !== title) draft.title = title;
      if (tags.length === 0) delete draft.extra.tags;
      else if (JSON.stringify(draft.extra.tags) !== JSON.stringify(tags)) draft.extra.tags = [...tags];
    },
  };
}
