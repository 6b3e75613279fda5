/** What a loose wire may connect to: sockets of one node, sockets of the whole workflow, and a node in between. */

import { boxOf, type ShapeOf } from "./boxes";
import { bestSocket, inputOf, type LooseEnd, outputOf, typesFit, wiredInputs } from "./connect";
import { incomingWires, nodeIndex, type Wire, type WorkflowDocument } from "./document";
import type { Catalogue, InputSpec, NodeSpec, OutputSpec } from "./spec";
import { ancestors, descendants } from "./walk";

export interface SocketEnd {
  node: string;
  side: "input" | "output";
  name: string;
}

/** The wire from a loose end to a socket of another node. */
export function wireBetween(loose: Pick<LooseEnd, "node" | "socket" | "side">, node: string, socket: string): Wire {
  return loose.side === "output"
    ? { from: [loose.node, loose.socket], to: [node, socket] }
    : { from: [node, socket], to: [loose.node, loose.socket] };
}

/** The loose end at a socket, or null where there is no such node. */
export function looseAt(document: WorkflowDocument, catalogue: Catalogue, end: SocketEnd): LooseEnd | null {
  const node = nodeIndex(document).get(end.node);
  if (node === undefined) return null;
  const spec = catalogue.get(node.type);
  const socket = end.side === "output" ? outputOf(spec, end.name) : inputOf(spec, end.name);
  return { node: node.id, socket: end.name, side: end.side, type: socket?.type ?? "*" };
}

/**
 * The end from which a new node of `spec` is wired to a node that is there: the output that fits it best, else a free
 * input that it can feed. Null where no socket fits.
 */
export function endFor(document: WorkflowDocument, catalogue: Catalogue, id: string, spec: NodeSpec): LooseEnd | null {
  const here = catalogue.get(nodeIndex(document).get(id)?.type ?? "");
  const wired = wiredInputs(document, id);
  const ends = [
    ...(here?.outputs ?? []).map((socket) => ({ socket, side: "output" as const })),
    ...(here?.inputs ?? [])
      .filter((socket) => socket.widget === null && !wired.has(socket.name))
      .map((socket) => ({ socket, side: "input" as const })),
  ].map(({ socket, side }): LooseEnd => ({ node: id, socket: socket.name, side, type: socket.type }));
  const rank = (end: LooseEnd) => {
    const name = bestSocket(end, spec);
    if (name === undefined) return Infinity;
    const socket = end.side === "output" ? inputOf(spec, name) : outputOf(spec, name);
    const widget = end.side === "output" && inputOf(spec, name)?.widget != null;
    return (socket?.type === end.type ? 0 : 1) + (widget ? 2 : 0) + (end.side === "output" ? 0 : 4);
  };
  const [best] = ends.toSorted((a, b) => rank(a) - rank(b));
  return best === undefined || rank(best) === Infinity ? null : best;
}

/**
 * The sockets of a node that a loose wire suits best: more than one only when nothing tells them apart. A socket of
 * the same type comes before one that takes anything, a free one before a wired one, a socket before a widget, and one
 * of the same name before the others.
 */
export function bestSockets(loose: LooseEnd, spec: NodeSpec, taken: ReadonlySet<string>): string[] {
  const sockets: readonly (InputSpec | OutputSpec)[] = loose.side === "output" ? spec.inputs : spec.outputs;
  let best: { score: number; names: string[] } = { score: Infinity, names: [] };
  for (const socket of sockets) {
    const [from, to] = loose.side === "output" ? [loose.type, socket.type] : [socket.type, loose.type];
    if (!typesFit(from, to)) continue;
    const widget = "widget" in socket && socket.widget !== null;
    const score =
      (socket.type === loose.type ? 0 : 8) +
      (loose.side === "output" && taken.has(socket.name) ? 4 : 0) +
      (widget ? 2 : 0) +
      (sameName(socket.name, loose.socket) ? 0 : 1);
    if (score < best.score) best = { score, names: [socket.name] };
    else if (score === best.score) best.names.push(socket.name);
  }
  return best.names;
}

function sameName(one: string, two: string): boolean {
  return one.toLowerCase() === two.toLowerCase();
}

/** A socket that a loose wire may take, with how far it is. */
export interface Candidate extends SocketEnd {
  distance: number;
  wired: boolean;
}

/** Every socket of the workflow that a loose wire may take, nearest first. Widgets come when they are wired already. */
export function compatibleSockets(
  document: WorkflowDocument,
  catalogue: Catalogue,
  loose: LooseEnd,
  shapeOf: ShapeOf,
): Candidate[] {
  const start = nodeIndex(document).get(loose.node);
  if (start === undefined) return [];
  const here = boxOf(start, shapeOf);
  const side = loose.side === "output" ? "input" : "output";
  const circle = (side === "input" ? ancestors : descendants)(document, [loose.node]);
  const found: Candidate[] = [];
  for (const node of document.nodes) {
    const spec = catalogue.get(node.type);
    if (spec === undefined || circle.has(node.id)) continue;
    const box = boxOf(node, shapeOf);
    const distance = Math.hypot(box.x - here.x, box.y - here.y);
    const incoming = incomingWires(document, node.id);
    const sockets = side === "input" ? spec.inputs : spec.outputs;
    const fitting = sockets.filter((socket) => {
      if ("widget" in socket && socket.widget !== null && socket.type !== loose.type) return false;
      return side === "input" ? typesFit(loose.type, socket.type) : typesFit(socket.type, loose.type);
    });
    if (fitting.length === 0) continue;
    for (const { name } of fitting) {
      found.push({ node: node.id, side, name, distance, wired: side === "input" && incoming.has(name) });
    }
  }
  return found.sort((a, b) => Number(a.wired) - Number(b.wired) || a.distance - b.distance);
}

/** A node type that turns one socket type into another, and the sockets it does so by. */
export interface Conversion {
  /** Lower is simpler. */
  score: number;
  spec: NodeSpec;
  input: string;
  output: string;
}

/** Types that newcomers look for, before their many relatives. */
const USUAL: ReadonlySet<string> = new Set(["VAEEncode", "VAEDecode", "CLIPTextEncode", "MaskToImage", "ImageToMask"]);

/** The simplest node that takes `from` and gives `to`, or null: the fewest further sockets to wire, the usual first. */
export function conversion(catalogue: Catalogue, from: string, to: string): Conversion | null {
  let best: Conversion | null = null;
  for (const spec of catalogue.values()) {
    if (spec.deprecated || spec.is_output) continue;
    const input = spec.inputs.find((item) => item.widget === null && item.type === from);
    const output = spec.outputs.find((item) => item.type === to);
    if (input === undefined || output === undefined) continue;
    const needs = spec.inputs.filter((item) => item !== input && item.required && item.widget === null).length;
    const score = needs * 10 + spec.outputs.length + (USUAL.has(spec.id) ? -20 : 0) + (spec.experimental ? 5 : 0);
    if (best === null || score < best.score) best = { score, spec, input: input.name, output: output.name };
  }
  return best;
}

/** For each required socket of `spec` beside `except`, the one output of its type in the workflow, if just one is in use. */
export function obviousSources(
  document: WorkflowDocument,
  catalogue: Catalogue,
  spec: NodeSpec,
  except: string,
): Map<string, Wire["from"]> {
  const found = new Map<string, Wire["from"]>();
  for (const input of spec.inputs) {
    if (input.name === except || !input.required || input.widget !== null) continue;
    const outputs = document.nodes.flatMap((node) =>
      (catalogue.get(node.type)?.outputs ?? [])
        .filter((output) => output.type === input.type)
        .map((output): Wire["from"] => [node.id, output.name]),
    );
    if (outputs.length === 1 && outputs[0] !== undefined) found.set(input.name, outputs[0]);
  }
  return found;
}
