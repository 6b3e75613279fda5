/** Which wires may be drawn, and why not. */

import { incomingWires, nodeIndex, outgoingWires, type Wire, type WorkflowDocument } from "./document";
import type { Catalogue, InputSpec, NodeSpec, OutputSpec } from "./spec";

/** Why a wire was refused: a code and parameters, worded by the page in the reader's language. */
export type Refusal =
  | { code: "type"; from: string; to: string }
  | { code: "cycle" }
  | { code: "self" }
  | { code: "unknown" };

/**
 * Whether an output of type `from` may feed an input of type `to`.
 * `*` is anything; a type may list alternatives (`IMAGE,MASK`); whole numbers feed real ones; choices are text inside.
 */
export function typesFit(from: string, to: string): boolean {
  if (from === "*" || to === "*") return true;
  const offered = from.split(",");
  const wanted = to.split(",");
  return offered.some((type) => wanted.includes(type) || (type === "INT" && wanted.includes("FLOAT")));
}

/** Null when the wire may be drawn, else the reason. A node of unknown type accepts what its name promises nothing about. */
export function refusal(document: WorkflowDocument, catalogue: Catalogue, wire: Wire): Refusal | null {
  const nodes = nodeIndex(document);
  const source = nodes.get(wire.from[0]);
  const target = nodes.get(wire.to[0]);
  if (source === undefined || target === undefined) return { code: "unknown" };
  if (source.id === target.id) return { code: "self" };
  const output = outputOf(catalogue.get(source.type), wire.from[1]);
  const input = inputOf(catalogue.get(target.type), wire.to[1]);
  if (output !== undefined && input !== undefined && !typesFit(output.type, input.type)) {
    return { code: "type", from: output.type, to: input.type };
  }
  if (reaches(document, target.id, source.id)) return { code: "cycle" };
  return null;
}

/** Whether data flows from `start` to `goal`. Iterative: a chain may be thousands long. */
export function reaches(document: WorkflowDocument, start: string, goal: string): boolean {
  const seen = new Set([start]);
  const waiting = [start];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === goal) return true;
    for (const wire of outgoingWires(document, node)) {
      if (!seen.has(wire.to[0])) {
        seen.add(wire.to[0]);
        waiting.push(wire.to[0]);
      }
    }
  }
  return false;
}

/** The output of a spec by name. */
export function outputOf(spec: NodeSpec | undefined, name: string): OutputSpec | undefined {
  return spec?.outputs.find((output) => output.name === name);
}

/** The input of a spec by name. */
export function inputOf(spec: NodeSpec | undefined, name: string): InputSpec | undefined {
  return spec?.inputs.find((input) => input.name === name);
}

/** The end of a wire that is being drawn: one side is known, the other is looked for. */
export interface LooseEnd {
  node: string;
  socket: string;
  side: "output" | "input";
  type: string;
}

/**
 * The socket of `spec` that a loose end would choose, or undefined: same type before `*`, sockets before widgets,
 * and inputs that have no wire yet before those that do.
 */
export function bestSocket(
  loose: LooseEnd,
  spec: NodeSpec,
  taken: ReadonlySet<string> = new Set(),
): string | undefined {
  if (loose.side === "input") {
    return first(spec.outputs, (output) => (typesFit(output.type, loose.type) ? rank(output.type, loose.type) : null));
  }
  return first(spec.inputs, (input) => {
    if (!typesFit(loose.type, input.type)) return null;
    return rank(input.type, loose.type) + (taken.has(input.name) ? 4 : 0) + (input.widget === null ? 0 : 2);
  });
}

function rank(type: string, wanted: string): number {
  return type === wanted ? 0 : 1;
}

function first<Item extends { name: string }>(items: readonly Item[], score: (item: Item) => number | null) {
  let best: { name: string; score: number } | undefined;
  for (const item of items) {
    const value = score(item);
    if (value !== null && (best === undefined || value < best.score)) best = { name: item.name, score: value };
  }
  return best?.name;
}

/** Names of the inputs of a node that have a wire. */
export function wiredInputs(document: WorkflowDocument, node: string): ReadonlySet<string> {
  return new Set(incomingWires(document, node).keys());
}
