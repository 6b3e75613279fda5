/** Batches: which widgets can vary, the values a person wrote for them, and the points they span. */

import { type GraphNode, incomingWires, type WorkflowDocument } from "./document";
import { type Catalogue, defaultValue, type Widget, type WidgetValue, widgetInputs } from "./spec";
import { plainWidth, withPoint } from "./typed";

/** The most jobs the server takes in one batch. */
export const MOST_POINTS = 2000;

/** A widget of the open document that a batch can vary. */
export interface Variable {
  node: GraphNode;
  input: string;
  widget: Widget;
}

/** Values as a person states them: a range, one a line, or chosen from a list. */
export type ValuesDraft =
  | { mode: "range"; from: string; step: string; count: string }
  | { mode: "list"; text: string }
  | { mode: "choose"; chosen: readonly string[] };

export interface AxisDraft {
  node: string;
  input: string;
  values: ValuesDraft;
}

export type Values = { values: WidgetValue[] } | { problem: ValuesProblem };

/** What is wrong with stated values; `line` counts from 1. */
export interface ValuesProblem {
  code: "none" | "number" | "whole" | "small" | "large" | "count" | "many";
  line?: number;
  value?: string;
  limit?: string;
}

/** Every widget that a batch can vary: of nodes that run, and not wired. Seeds first, then texts, then the rest. */
export function variables(document: WorkflowDocument, catalogue: Catalogue): Variable[] {
  const found = document.nodes.flatMap((node) => {
    const spec = catalogue.get(node.type);
    if (spec === undefined || node.mode !== "active") return [];
    const wired = incomingWires(document, node.id);
    return widgetInputs(spec)
      .filter(({ name }) => !wired.has(name))
      .map(({ name, widget }) => ({ node, input: name, widget }));
  });
  return found;
}

/** The widget to begin with: a seed, else a text, else the first. */
export function firstVariable(found: readonly Variable[]): Variable | undefined {
  return (
    found.find(({ widget }) => widget.kind === "integer" && widget.seed) ??
    found.find(({ widget }) => widget.kind === "text" && widget.multiline) ??
    found[0]
  );
}

/** Values to begin with: what the widget holds now, and its neighbours. */
export function draftFor({ node, input, widget }: Variable): AxisDraft {
  const now = node.widgets[input] ?? defaultValue(widget);
  return { node: node.id, input, values: valuesFor(widget, now) };
}

function valuesFor(widget: Widget, now: WidgetValue): ValuesDraft {
  switch (widget.kind) {
    case "integer":
      return { mode: "range", from: String(now), step: String(widget.seed ? 1 : widget.step), count: "4" };
    case "number":
      return { mode: "range", from: String(now), step: String(widget.step ?? 1), count: "4" };
    case "boolean":
      return { mode: "choose", chosen: ["true", "false"] };
    case "choice":
    case "file":
      return { mode: "choose", chosen: [String(now)] };
    case "text":
      return { mode: "list", text: typeof now === "string" ? now.replace(/\s*\n\s*/g, " ") : "" };
  }
}

/** What a list of choices offers; null where values are written. */
export function choicesOf(widget: Widget): readonly string[] | null {
  if (widget.kind === "boolean") return ["true", "false"];
  return widget.kind === "choice" || widget.kind === "file" ? widget.choices : null;
}

/** The values that a draft states for a widget, or what is wrong with it. */
export function readValues(widget: Widget, draft: ValuesDraft): Values {
  if (draft.mode === "choose") return chosenValues(widget, draft.chosen);
  if (draft.mode === "range") return rangeValues(widget, draft);
  const lines = draft.text.split("\n").map((line) => line.trim());
  const values: WidgetValue[] = [];
  for (const [at, line] of lines.entries()) {
    if (line === "") continue;
    const read = readOne(widget, line);
    if ("problem" in read) return { problem: { ...read.problem, line: at + 1 } };
    values.push(read.value);
  }
  return values.length === 0 ? { problem: { code: "none" } } : { values };
}

function chosenValues(widget: Widget, chosen: readonly string[]): Values {
  const order = choicesOf(widget) ?? [];
  const values = order.filter((choice) => chosen.includes(choice));
  if (values.length === 0) return { problem: { code: "none" } };
  return { values: widget.kind === "boolean" ? values.map((value) => value === "true") : values };
}

type One = { value: WidgetValue } | { problem: ValuesProblem };

function readOne(widget: Widget, typed: string): One {
  const text = plainNumber(widget, typed);
  if (widget.kind === "integer") {
    if (!/^[+-]?\d+$/.test(text)) return { problem: { code: "whole", value: text } };
    return within(widget, BigInt(text), wholeValue(BigInt(text), widget.seed));
  }
  if (widget.kind === "number") {
    const value = Number(text);
    if (!Number.isFinite(value)) return { problem: { code: "number", value: text } };
    return within(widget, value, value);
  }
  return { value: text };
}

/** A number as it is typed anywhere, in plain signs; other values as they are. */
function plainNumber({ kind }: Widget, typed: string): string {
  if (kind === "integer") return plainWidth(typed).trim();
  return kind === "number" ? withPoint(plainWidth(typed)).trim() : typed;
}

/** Seeds, and what a number would round, travel as text. */
function wholeValue(value: bigint, seed: boolean): WidgetValue {
  return seed || value > BigInt(Number.MAX_SAFE_INTEGER) ? value.toString() : Number(value);
}

function within(
  { minimum, maximum }: { minimum: number | string | null; maximum: number | string | null },
  value: bigint | number,
  result: WidgetValue,
): One {
  const limit = (edge: number | string) => (typeof value === "bigint" ? BigInt(edge) : Number(edge));
  if (minimum !== null && value < limit(minimum)) {
    return { problem: { code: "small", value: String(value), limit: String(minimum) } };
  }
  if (maximum !== null && value > limit(maximum)) {
    return { problem: { code: "large", value: String(value), limit: String(maximum) } };
  }
  return { value: result };
}

function rangeValues(widget: Widget, range: { from: string; step: string; count: string }): Values {
  const count = plainWidth(range.count).trim();
  const [from, step] = [plainNumber(widget, range.from), plainNumber(widget, range.step)];
  const many = /^\d+$/.test(count) ? Number(count) : 0;
  if (many < 1) return { problem: { code: "count", value: count } };
  if (many > MOST_POINTS) return { problem: { code: "many", limit: String(MOST_POINTS) } };
  for (const text of [from, step]) {
    const read = readOne(widget.kind === "integer" ? { ...widget, minimum: null, maximum: null } : widget, text);
    if ("problem" in read && read.problem.code !== "small" && read.problem.code !== "large") return read;
    if (text === "") return { problem: { code: "number", value: text } };
  }
  const values: WidgetValue[] = [];
  for (let at = 0; at < many; at += 1) {
    const read = readOne(widget, stepped(widget, from, step, at));
    if ("problem" in read) return read;
    values.push(read.value);
  }
  return { values };
}

function stepped(widget: Widget, from: string, step: string, at: number): string {
  if (widget.kind === "integer") return (BigInt(from) + BigInt(step) * BigInt(at)).toString();
  // As many decimals as were written: 0.1 + 0.2 is 0.3.
  const decimals = Math.min(12, Math.max(decimalsOf(from), decimalsOf(step)));
  return String(Number((Number(from) + Number(step) * at).toFixed(decimals)));
}

function decimalsOf(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

/** How axes combine: every value with every other, or the first with the first and so on. */
export type Combining = "product" | "zip";

/** How many jobs these axes make; null when lists that go in pairs differ in length. */
export function pointCount(lengths: readonly number[], combining: Combining): number | null {
  if (combining === "product") return lengths.reduce((product, length) => product * length, 1);
  return new Set(lengths).size === 1 ? (lengths[0] ?? 0) : null;
}

export interface AxisToSend {
  title: string;
  inputs: { node: string; input: string; values: WidgetValue[] }[];
}

/** The axes as the server takes them. The first a person chose runs along the columns, so it comes last: it varies fastest. */
export function axesToSend(axes: readonly AxisToSend[], combining: Combining): AxisToSend[] {
  if (combining === "product") return axes.toReversed();
  const title = axes.map((axis) => axis.title).join(" + ");
  return [{ title, inputs: axes.flatMap((axis) => axis.inputs) }];
}
