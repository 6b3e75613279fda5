/** Values of nodes on their way to other nodes: copied by name, pasted where a widget of that name takes them. */

import { several } from "./commands/several";
import { setWidget } from "./commands/widgets";
import { nodeIndex, type WorkflowDocument } from "./document";
import type { Command } from "./history";
import { type Catalogue, defaultValue, type Widget, type WidgetValue, widgetInputs } from "./spec";

export interface CopiedValues {
  noiseloom_values: 1;
  values: Record<string, WidgetValue>;
}

/** What the widgets of nodes hold, those at their defaults too. The first node to have a name gives its value. */
export function copyValues(document: WorkflowDocument, catalogue: Catalogue, ids: readonly string[]): CopiedValues {
  const nodes = nodeIndex(document);
  const values: Record<string, WidgetValue> = {};
  for (const id of ids) {
    const node = nodes.get(id);
    const spec = catalogue.get(node?.type ?? "");
    if (node === undefined || spec === undefined) continue;
    for (const { name, widget } of widgetInputs(spec)) {
      if (!(name in values)) values[name] = node.widgets[name] ?? defaultValue(widget);
    }
  }
  return { noiseloom_values: 1, values };
}

/** Values from clipboard text, or null when it holds none. */
export function parseValues(text: string): CopiedValues | null {
  if (!text.includes('"noiseloom_values"')) return null;
  try {
    const value = JSON.parse(text) as Partial<CopiedValues>;
    const { values } = value;
    return value.noiseloom_values === 1 && typeof values === "object" && values !== null && !Array.isArray(values)
      ? { noiseloom_values: 1, values }
      : null;
  } catch {
    return null;
  }
}

/** The command that sets what fits, and the names that fitted nowhere. */
export function pasteValues(
  document: WorkflowDocument,
  catalogue: Catalogue,
  { values }: CopiedValues,
  ids: readonly string[],
): { command: Command; set: number; misfits: string[] } {
  const nodes = nodeIndex(document);
  const fitted = new Set<string>();
  const commands: Command[] = [];
  for (const id of ids) {
    const node = nodes.get(id);
    const spec = catalogue.get(node?.type ?? "");
    if (node === undefined || spec === undefined) continue;
    for (const { name, widget } of widgetInputs(spec)) {
      const value = values[name];
      if (value === undefined || !takesValue(widget, value)) continue;
      fitted.add(name);
      if ((node.widgets[name] ?? defaultValue(widget)) !== value) commands.push(setWidget(id, name, value));
    }
  }
  return {
    command: several("paste", commands),
    set: fitted.size,
    misfits: Object.keys(values).filter((name) => !fitted.has(name)),
  };
}

/** Whether a widget takes a value: of its kind, and within its limits or among its choices. */
export function takesValue(widget: Widget, value: WidgetValue): boolean {
  const within = (number: number, { minimum, maximum }: { minimum: unknown; maximum: unknown }) =>
    Number.isFinite(number) &&
    (minimum === null || number >= Number(minimum)) &&
    (maximum === null || number <= Number(maximum));
  switch (widget.kind) {
    case "integer":
      if (typeof value === "string") return /^-?\d+$/.test(value) && within(Number(value), widget);
      return typeof value === "number" && Number.isInteger(value) && within(value, widget);
    case "number":
      return typeof value === "number" && within(value, widget);
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && widget.choices.includes(value);
    case "text":
    case "file":
      return typeof value === "string";
  }
}
