/** The form of a workflow: some of its widgets and results as a simple page. It refers to them and copies nothing. */

import { type GraphNode, nodeIndex, type WorkflowDocument } from "./document";
import { type Catalogue, type InputSpec, type NodeSpec, type Widget, widgetInputs } from "./spec";

export interface FormField {
  kind: "field";
  node: string;
  widget: string;
  /** What to call it here; "" as the canvas does. */
  label?: string;
  help?: string;
  /** Limits that are narrower than the widget's own. */
  minimum?: number;
  maximum?: number;
}

export interface FormSection {
  kind: "section";
  title: string;
  /** Closed until it is opened. */
  folded?: boolean;
}

export interface FormOutput {
  kind: "output";
  node: string;
}

export type FormItem = FormField | FormSection | FormOutput;

export interface WorkflowForm {
  items: FormItem[];
}

/** The form in parsed JSON; what it cannot be is left out. */
export function readForm(value: unknown): WorkflowForm | undefined {
  const items = (value as { items?: unknown } | null)?.items;
  return Array.isArray(items) ? { items: items.filter(isItem) } : undefined;
}

function isItem(value: unknown): value is FormItem {
  if (typeof value !== "object" || value === null) return false;
  const item = value as Record<string, unknown>;
  if (item.kind === "section") return typeof item.title === "string";
  if (item.kind === "output") return typeof item.node === "string";
  return item.kind === "field" && typeof item.node === "string" && typeof item.widget === "string";
}

export interface ShownField {
  item: FormField;
  at: number;
  node: GraphNode;
  input: InputSpec & { widget: Widget };
}

/** The form as it can be shown: fields with the widgets they mean, in groups, and what they mean no more. */
export interface ShownForm {
  groups: { section: FormSection | null; at: number; fields: ShownField[] }[];
  outputs: { item: FormOutput; at: number; node: GraphNode }[];
  /** Places in the list whose node or widget is gone. */
  gone: number[];
}

export function shownForm(document: WorkflowDocument, catalogue: Catalogue): ShownForm {
  const nodes = nodeIndex(document);
  const shown: ShownForm = { groups: [{ section: null, at: -1, fields: [] }], outputs: [], gone: [] };
  (document.form?.items ?? []).forEach((item, at) => {
    if (item.kind === "section") {
      shown.groups.push({ section: item, at, fields: [] });
      return;
    }
    const node = nodes.get(item.node);
    const input = node === undefined || item.kind === "output" ? null : widgetOf(node, item.widget, catalogue);
    if (node !== undefined && item.kind === "output") shown.outputs.push({ item, at, node });
    else if (node !== undefined && item.kind === "field" && input !== null) {
      shown.groups.at(-1)?.fields.push({ item, at, node, input: narrowed(input, item) });
    } else shown.gone.push(at);
  });
  return shown;
}

function widgetOf(node: GraphNode, name: string, catalogue: Catalogue): ShownField["input"] | null {
  const spec = catalogue.get(node.type);
  return spec === undefined ? null : (widgetInputs(spec).find((input) => input.name === name) ?? null);
}

/** The widget with the form's limits, which never reach beyond its own. */
function narrowed(input: ShownField["input"], { minimum, maximum }: FormField): ShownField["input"] {
  const { widget } = input;
  if (widget.kind !== "integer" && widget.kind !== "number") return input;
  const least = Math.max(minimum ?? Number.NEGATIVE_INFINITY, Number(widget.minimum ?? Number.NEGATIVE_INFINITY));
  const most = Math.min(maximum ?? Number.POSITIVE_INFINITY, Number(widget.maximum ?? Number.POSITIVE_INFINITY));
  const limits = {
    ...(minimum === undefined ? {} : { minimum: least }),
    ...(maximum === undefined ? {} : { maximum: most }),
  };
  return { ...input, widget: { ...widget, ...limits } as Widget };
}

/** Whether the form shows this widget, or this node's result where `widget` is null. */
export function isInForm(document: WorkflowDocument, node: string, widget: string | null): boolean {
  return (document.form?.items ?? []).some((item) => sameItem(item, node, widget));
}

export function sameItem(item: FormItem, node: string, widget: string | null): boolean {
  if (item.kind === "section" || item.node !== node) return false;
  return item.kind === "output" ? widget === null : item.widget === widget;
}

const USUAL = new Set(["seed", "noise_seed", "steps", "cfg", "width", "height", "denoise"]);

/** A form to begin with: prompts, pictures, the usual numbers, and every result. */
export function usualForm(document: WorkflowDocument, catalogue: Catalogue): FormItem[] {
  const first: FormItem[] = [];
  const later: FormItem[] = [];
  const outputs: FormItem[] = [];
  for (const node of document.nodes) {
    const spec = catalogue.get(node.type);
    if (spec === undefined || node.mode !== "active") continue;
    if (makesPictures(spec)) outputs.push({ kind: "output", node: node.id });
    const wired = new Set(document.wires.filter((wire) => wire.to[0] === node.id).map((wire) => wire.to[1]));
    for (const { name, widget } of widgetInputs(spec)) {
      if (wired.has(name)) continue;
      const field: FormItem = { kind: "field", node: node.id, widget: name };
      if ((widget.kind === "text" && widget.multiline) || (widget.kind === "file" && widget.upload)) first.push(field);
      else if (USUAL.has(name)) later.push(field);
    }
  }
  return [...outputs, ...first, ...later];
}

/** Whether a node shows pictures as its result. */
export function makesPictures(spec: NodeSpec): boolean {
  return spec.is_output && spec.inputs.some((input) => input.type === "IMAGE");
}
