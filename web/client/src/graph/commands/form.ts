/** Edits of a workflow's form. */

import type { WorkflowDocument } from "../document";
import { type FormItem, isInForm, sameItem } from "../form";
import type { Command } from "../history";

function itemsOf(draft: WorkflowDocument): FormItem[] {
  draft.form ??= { items: [] };
  return draft.form.items;
}

/** Add to the form what it does not show yet. */
export function addToForm(items: readonly FormItem[]): Command {
  return {
    label: "form",
    run(draft) {
      for (const item of items) {
        const widget = item.kind === "field" ? item.widget : null;
        if (item.kind !== "section" && isInForm(draft, item.node, widget)) continue;
        itemsOf(draft).push({ ...item });
      }
    },
  };
}

/** Show a widget, or a result where `widget` is null; or show it no more. */
export function toggleInForm(node: string, widget: string | null): Command {
  return {
    label: "form",
    run(draft) {
      if (!isInForm(draft, node, widget)) {
        itemsOf(draft).push(widget === null ? { kind: "output", node } : { kind: "field", node, widget });
      } else if (draft.form !== undefined) {
        draft.form.items = draft.form.items.filter((item) => !sameItem(item, node, widget));
      }
    },
  };
}

/** Take items out, by their places. */
export function takeFromForm(places: readonly number[]): Command {
  return {
    label: "form",
    run(draft) {
      if (draft.form === undefined || places.length === 0) return;
      draft.form.items = draft.form.items.filter((_, at) => !places.includes(at));
    },
  };
}

/** Put an item at another place. */
export function moveInForm(from: number, to: number): Command {
  return {
    label: "form",
    run(draft) {
      const items = draft.form?.items;
      if (items === undefined || from === to || to < 0 || to >= items.length) return;
      const [item] = items.splice(from, 1);
      if (item !== undefined) items.splice(to, 0, item);
    },
  };
}

/** Change how an item is shown. Typing in one field of it is one step until the person pauses. */
export function changeInForm(
  at: number,
  change: Partial<Record<string, string | number | boolean | undefined>>,
): Command {
  return {
    label: "form",
    merge: `form:${at}:${Object.keys(change).join()}`,
    run(draft) {
      const item = draft.form?.items[at] as Record<string, unknown> | undefined;
      if (item === undefined) return;
      for (const [name, value] of Object.entries(change)) {
        if (value === undefined || value === "") {
          if (name === "title") item[name] = "";
          else delete item[name];
        } else item[name] = value;
      }
    },
  };
}
