/** ComfyUI's prompt JSON (run form: `{"3": {"class_type", "inputs"}}`, links `["id", slot]`) as a document. */

import { emptyDocument, type GraphNode, type Wire, type WorkflowDocument } from "../document";
import type { Catalogue, WidgetValue } from "../spec";

interface RunNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string };
}

/** Whether parsed JSON looks like run form. */
export function isPromptForm(value: object): value is Record<string, RunNode> {
  const nodes = Object.values(value) as Partial<RunNode>[];
  return nodes.length > 0 && nodes.every((node) => typeof node?.class_type === "string" && node.inputs !== null);
}

/** A document with the same nodes, values and wires, laid out in columns from left to right. */
export function promptToDocument(
  prompt: Record<string, RunNode>,
  catalogue: Catalogue,
  title: string,
): WorkflowDocument {
  const document = emptyDocument(title);
  for (const [id, node] of Object.entries(prompt)) {
    const widgets: GraphNode["widgets"] = {};
    for (const [name, value] of Object.entries(node.inputs ?? {})) {
      const wire = readLink(prompt, catalogue, value);
      if (wire === null) widgets[name] = value as WidgetValue;
      else document.wires.push({ from: wire, to: [id, name] });
    }
    const place = { position: [0, 0] as [number, number], size: null, color: null };
    const state = { mode: "active" as const, collapsed: false, pinned: false };
    document.nodes.push({ id, type: node.class_type, title: node._meta?.title ?? "", widgets, ...place, ...state });
  }
  arrangeInColumns(document);
  return document;
}

function readLink(prompt: Record<string, RunNode>, catalogue: Catalogue, value: unknown): Wire["from"] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [id, slot] = value as [unknown, unknown];
  const source = prompt[String(id)];
  if (source === undefined || typeof slot !== "number") return null;
  const output = catalogue.get(source.class_type)?.outputs[slot];
  return [String(id), output?.name ?? String(slot)];
}

const COLUMN = 320;
const ROW = 360;

/** Place each node one column right of its last source. Longest paths by Kahn's order, so long chains are no problem. */
export function arrangeInColumns(document: WorkflowDocument): void {
  const depth = new Map(document.nodes.map((node) => [node.id, 0]));
  const waiting = new Map(document.nodes.map((node) => [node.id, 0]));
  const next = new Map<string, string[]>();
  for (const { from, to } of document.wires) {
    waiting.set(to[0], (waiting.get(to[0]) ?? 0) + 1);
    next.set(from[0], [...(next.get(from[0]) ?? []), to[0]]);
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const target of next.get(id) ?? []) {
      depth.set(target, Math.max(depth.get(target) ?? 0, (depth.get(id) ?? 0) + 1));
      const left = (waiting.get(target) ?? 1) - 1;
      waiting.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  const rows = new Map<number, number>();
  for (const node of document.nodes) {
    const column = depth.get(node.id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    node.position = [column * COLUMN, row * ROW];
  }
}
