/** What the menu of a node offers, by command; null is a line. The menu acts on the selection. */
export const NODE_MENU: readonly (string | null)[] = [
  "run.to_selected",
  "run.from_selected",
  null,
  "mask.edit",
  "form.add",
  "node.rename",
  "node.duplicate",
  "node.collapse",
  "node.pin",
  null,
  "node.bypass",
  "node.mute",
  null,
  "edit.delete",
  "edit.delete_heal",
];

/** Wires of the node. */
export const WIRE_MENU: readonly (string | null)[] = [
  "wire.connect",
  "wire.insert",
  "node.swap",
  "node.swap_inputs",
  "edit.extract",
];

/** Places of nodes. */
export const ARRANGE_MENU: readonly (string | null)[] = [
  "arrange.layout",
  "arrange.straighten",
  null,
  "arrange.left",
  "arrange.center",
  "arrange.right",
  "arrange.top",
  "arrange.middle",
  "arrange.bottom",
  null,
  "arrange.horizontal",
  "arrange.vertical",
  null,
  "frame.make",
];

/** Values, and what the clipboard does. */
export const VALUE_MENU: readonly (string | null)[] = [
  "clipboard.copy",
  "clipboard.cut",
  "node.duplicate_wired",
  null,
  "values.copy",
  "values.paste",
];
