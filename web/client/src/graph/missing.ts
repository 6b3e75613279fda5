/** What a workflow names that is not here: node types, model files; and what could stand in for each. */

import { type GraphNode, incomingWires, outgoingWires, type WorkflowDocument } from "./document";
import type { Catalogue, FileWidget, NodeSpec } from "./spec";
import { isEdge, isInstance } from "./subgraphs";

export interface MissingType {
  type: string;
  nodes: readonly GraphNode[];
  /** The plug-in that the file says it comes from, or null. */
  pack: string | null;
  /** Types that could take its place, the likeliest first. */
  instead: readonly string[];
}

export interface MissingModel {
  folder: string;
  file: string;
  uses: readonly { node: string; widget: string }[];
  /** Files that are here: first those of the same name elsewhere, then the likeliest. */
  instead: readonly string[];
  /** Whether the first of `instead` has the same name in another folder. */
  sameName: boolean;
}

const SUGGESTIONS = 5;
const LIKELY = 0.3;

/** Node types that nobody here knows. */
export function missingTypes(document: WorkflowDocument, catalogue: Catalogue): MissingType[] {
  const byType = new Map<string, GraphNode[]>();
  for (const node of document.nodes) {
    if (catalogue.has(node.type) || isInstance(node.type) || isEdge(node.id)) continue;
    byType.set(node.type, [...(byType.get(node.type) ?? []), node]);
  }
  return [...byType].map(([type, nodes]) => {
    const sockets = socketsOf(document, nodes);
    const scored = [...catalogue.values()]
      .filter((spec) => !isInstance(spec.id))
      .map((spec) => ({ id: spec.id, score: likeness(type, sockets, spec) }))
      .filter(({ score }) => score >= LIKELY)
      .sort((one, other) => other.score - one.score);
    return { type, nodes, pack: packOf(nodes), instead: scored.slice(0, SUGGESTIONS).map(({ id }) => id) };
  });
}

/** Model files that are not in any folder here. */
export function missingModels(document: WorkflowDocument, catalogue: Catalogue): MissingModel[] {
  const found = new Map<string, { widget: FileWidget; file: string; uses: { node: string; widget: string }[] }>();
  for (const node of document.nodes) {
    for (const input of catalogue.get(node.type)?.inputs ?? []) {
      const { widget, name } = input;
      const value = node.widgets[name];
      if (widget?.kind !== "file" || widget.root !== "models" || typeof value !== "string" || value === "") continue;
      if (widget.choices.includes(value) || incomingWires(document, node.id).has(name)) continue;
      const key = `${widget.folder}\n${value}`;
      const entry = found.get(key) ?? { widget, file: value, uses: [] };
      found.set(key, { ...entry, uses: [...entry.uses, { node: node.id, widget: name }] });
    }
  }
  return [...found.values()].map(({ widget, file, uses }) => {
    const wanted = leafOf(file);
    const same = widget.choices.filter((choice) => leafOf(choice) === wanted);
    const others = widget.choices
      .filter((choice) => !same.includes(choice))
      .sort((one, other) => similar(other, file) - similar(one, file));
    return { folder: widget.folder, file, uses, instead: [...same, ...others], sameName: same.length > 0 };
  });
}

/** A file's own name: folders are written with either slash. */
function leafOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).toLowerCase();
}

interface Sockets {
  inputs: ReadonlySet<string>;
  outputs: ReadonlySet<string>;
}

/** What the nodes are known to have: sockets that wires name, and values. */
function socketsOf(document: WorkflowDocument, nodes: readonly GraphNode[]): Sockets {
  const inputs = new Set<string>();
  const outputs = new Set<string>();
  for (const node of nodes) {
    for (const name of incomingWires(document, node.id).keys()) inputs.add(name);
    for (const name of Object.keys(node.widgets)) inputs.add(name);
    for (const wire of outgoingWires(document, node.id)) outputs.add(wire.from[1]);
  }
  return { inputs, outputs };
}

function likeness(type: string, { inputs, outputs }: Sockets, spec: NodeSpec): number {
  const names = Math.max(similar(type, spec.id), similar(type, spec.title));
  const known = inputs.size + outputs.size;
  if (known === 0) return names;
  const has =
    spec.inputs.filter((input) => inputs.has(input.name)).length +
    spec.outputs.filter((output) => outputs.has(output.name)).length;
  return 0.6 * names + 0.4 * (has / Math.max(known, spec.outputs.length + spec.inputs.length));
}

/** How alike two names are by their pairs of letters (Dice 1945), 0 to 1. */
function similar(one: string, other: string): number {
  const [a, b] = [pairs(one), pairs(other)];
  if (a.size + b.size === 0) return 0;
  let common = 0;
  for (const pair of a) if (b.has(pair)) common += 1;
  return (2 * common) / (a.size + b.size);
}

function pairs(name: string): Set<string> {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  return new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, index) => plain.slice(index, index + 2)));
}

/** ComfyUI's files say which pack a node is of. */
function packOf(nodes: readonly GraphNode[]): string | null {
  for (const node of nodes) {
    const properties = find(find(node, "comfyui"), "properties") ?? find(node, "properties");
    for (const key of ["cnr_id", "aux_id"]) {
      const pack = find(properties, key);
      if (typeof pack === "string" && pack !== "") return pack;
    }
  }
  return null;
}

function find(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
