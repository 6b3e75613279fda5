/** Edits of values inside nodes. */

import type { SeedMode } from "../document";
import type { Command } from "../history";
import type { WidgetValue } from "../spec";

/** Set a widget. Typing in one field is one step until the person pauses. */
export function setWidget(node: string, name: string, value: WidgetValue): Command {
  return setWidgets([node], name, value);
}

/** Set the widget of this name in several nodes, as one step. */
export function setWidgets(nodes: readonly string[], name: string, value: WidgetValue): Command {
  return {
    label: "edit",
    merge: `widget:${nodes.join(" ")}:${name}`,
    run(draft) {
      for (const node of draft.nodes) {
        if (nodes.includes(node.id) && node.widgets[name] !== value) node.widgets[name] = value;
      }
    },
  };
}

/** A widget of some nodes, and what it is set to. */
export interface Setting {
  nodes: readonly string[];
  name: string;
  value: WidgetValue;
}

/** Set several widgets by one gesture of the hand, named by `gesture`: one step. */
export function setByHand(settings: readonly Setting[], gesture: string): Command {
  const each = settings.map(({ nodes, name, value }) => setWidgets(nodes, name, value));
  return {
    label: "edit",
    merge: gesture,
    gesture: true,
    run(draft) {
      for (const command of each) command.run(draft);
    },
  };
}

/** Set what happens to a seed after each run. */
export function setSeedMode(node: string, name: string, mode: SeedMode): Command {
  return {
    label: "edit",
    run(draft) {
      const found = draft.nodes.find((item) => item.id === node);
      if (found !== undefined) found.seeds = { ...found.seeds, [name]: mode };
    },
  };
}

/** Name the workflow. */
export function setTitle(title: string): Command {
  return {
    label: "rename",
    merge: "title",
    run(draft) {
      if (draft.title !== title) draft.title = title;
    },
  };
}
