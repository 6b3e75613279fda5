/** Putting a node into a wire, taking it out again, and moving wires from one socket to another. */

import { boxById, type Positions, shifted } from "./arrange";
import type { ShapeOf } from "./boxes";
import { move, remove } from "./commands/nodes";
import { several } from "./commands/several";
import { connect, disconnect } from "./commands/wires";
import { inputOf, outputOf, refusal, typesFit } from "./connect";
import { incomingWires, nodeIndex, outgoingWires, type Wire, type WorkflowDocument, wireId } from "./document";
import type { Command } from "./history";
import type { Catalogue, NodeSpec } from "./spec";
import { descendants } from "./walk";

/** The sockets by which a node fits into a wire. */
export interface Splice {
  input: string;
  output: string;
}

/** Room between a node that was put into a wire and what follows. */
export const SPLICE_GAP = 40;

/** How a node of `spec` fits into a wire, or null. Inputs in `taken` do not count; sockets come before widgets. */
export function spliceOf(
  document: WorkflowDocument,
  catalogue: Catalogue,
  wire: Wire,
  spec: NodeSpec,
  taken: ReadonlySet<string> = new Set(),
): Splice | null {
  const nodes = nodeIndex(document);
  const source = outputOf(catalogue.get(nodes.get(wire.from[0])?.type ?? ""), wire.from[1])?.type ?? "*";
  const target = inputOf(catalogue.get(nodes.get(wire.to[0])?.type ?? ""), wire.to[1])?.type ?? "*";
  const rank = (type: string, wanted: string) => (type === wanted ? 0 : 1);
  const inputs = spec.inputs
    .filter((input) => !taken.has(input.name) && typesFit(source, input.type))
    .sort((a, b) => rank(a.type, source) + (a.widget ? 2 : 0) - rank(b.type, source) - (b.widget ? 2 : 0));
  const outputs = spec.outputs
    .filter((output) => typesFit(output.type, target))
    .sort((a, b) => rank(a.type, target) - rank(b.type, target));
  const [input, output] = [inputs[0], outputs[0]];
  return input === undefined || output === undefined ? null : { input: input.name, output: output.name };
}

/** How a node of the document fits into a wire: by a free input and an unwired output, and without a circle. */
export function spliceOfNode(document: WorkflowDocument, catalogue: Catalogue, wire: Wire, id: string): Splice | null {
  const node = nodeIndex(document).get(id);
  const spec = catalogue.get(node?.type ?? "");
  if (node === undefined || spec === undefined || wire.from[0] === id || wire.to[0] === id) return null;
  const splice = spliceOf(document, catalogue, wire, spec, new Set(incomingWires(document, id).keys()));
  if (splice === null || outgoingWires(document, id).some((out) => out.from[1] === splice.output)) return null;
  const into = { from: wire.from, to: [id, splice.input] } satisfies Wire;
  const out = { from: [id, splice.output], to: wire.to } satisfies Wire;
  return refusal(document, catalogue, into) === null && refusal(document, catalogue, out) === null ? splice : null;
}

/** The wires of a splice in the place of the one it cuts. */
export function spliceWires(wire: Wire, id: string, { input, output }: Splice): Command {
  return several("insert", [
    disconnect([wireId(wire)]),
    connect({ from: wire.from, to: [id, input] }),
    connect({ from: [id, output], to: wire.to }),
  ]);
}

/**
 * Where what follows a spliced node moves to, so that it stands clear of it: everything downstream of the wire, by the
 * same distance. Nothing moves when there is room.
 */
export function roomAfter(
  document: WorkflowDocument,
  wire: Wire,
  right: number,
  shapeOf: ShapeOf,
  except: string,
): Positions {
  const target = boxById(document, wire.to[0], shapeOf);
  const by = target === undefined ? 0 : Math.ceil((right + SPLICE_GAP - target.x) / 8) * 8;
  if (by <= 0) return new Map();
  const pinned = new Set(document.nodes.filter((node) => node.pinned).map((node) => node.id));
  const following = [...descendants(document, [wire.to[0]])].filter((id) => id !== except && !pinned.has(id));
  return shifted(document, following, [by, 0]);
}

/** Wires that close the gap when nodes go: what fed an input of a type feeds what its output of that type fed. */
export function healingWires(document: WorkflowDocument, catalogue: Catalogue, ids: readonly string[]): Wire[] {
  const gone = new Set(ids);
  const nodes = nodeIndex(document);
  /** What stands upstream of an output of a node that goes; undefined where nothing of its type does. */
  const sourceOf = (from: Wire["from"]): Wire["from"] | undefined => {
    let at = from;
    const seen = new Set<string>();
    while (gone.has(at[0])) {
      if (seen.has(at[0])) return undefined;
      seen.add(at[0]);
      const spec = catalogue.get(nodes.get(at[0])?.type ?? "");
      const type = outputOf(spec, at[1])?.type;
      const incoming = incomingWires(document, at[0]);
      const through = (spec?.inputs ?? []).find((input) => input.type === type && incoming.has(input.name));
      const next = through === undefined ? undefined : incoming.get(through.name);
      if (next === undefined) return undefined;
      at = next.from;
    }
    return at;
  };
  return document.wires.flatMap((wire): Wire[] => {
    if (!gone.has(wire.from[0]) || gone.has(wire.to[0])) return [];
    const from = sourceOf(wire.from);
    return from === undefined ? [] : [{ from, to: wire.to }];
  });
}

/** Remove nodes and close the gaps they leave. */
export function removeAndHeal(document: WorkflowDocument, catalogue: Catalogue, ids: readonly string[]): Command {
  const wires = healingWires(document, catalogue, ids);
  return several("heal", [remove(ids), ...wires.map(connect)]);
}

/** Take nodes out of their wires and close the gaps; the nodes stay. */
export function extract(document: WorkflowDocument, catalogue: Catalogue, ids: readonly string[]): Command {
  const gone = new Set(ids);
  const cut = document.wires.filter((wire) => gone.has(wire.from[0]) !== gone.has(wire.to[0]));
  const wires = healingWires(document, catalogue, ids);
  return several("extract", [disconnect(cut.map(wireId)), ...wires.map(connect)]);
}

/** Give wires another source. Those that do not fit it stay; they are counted. */
export function moveWires(
  document: WorkflowDocument,
  catalogue: Catalogue,
  wires: readonly Wire[],
  from: Wire["from"],
): { command: Command; moved: number; stayed: number } {
  const cut = { ...document, wires: document.wires.filter((wire) => !wires.includes(wire)) };
  const fitting = wires.filter((wire) => refusal(cut, catalogue, { from, to: wire.to }) === null);
  return {
    command: several(
      "connect",
      fitting.map((wire) => connect({ from, to: wire.to })),
    ),
    moved: fitting.length,
    stayed: wires.length - fitting.length,
  };
}

/** Let two inputs of a node change their wires: the first two that are of one type and not both empty. */
export function swapInputs(document: WorkflowDocument, catalogue: Catalogue, id: string): Command | null {
  const spec = catalogue.get(nodeIndex(document).get(id)?.type ?? "");
  const incoming = incomingWires(document, id);
  const inputs = (spec?.inputs ?? []).filter((input) => input.widget === null);
  for (const [index, one] of inputs.entries()) {
    for (const two of inputs.slice(index + 1)) {
      const [first, second] = [incoming.get(one.name), incoming.get(two.name)];
      if (one.type !== two.type || (first === undefined && second === undefined)) continue;
      const gone = [first, second].flatMap((wire) => (wire === undefined ? [] : [wireId(wire)]));
      return several("swap", [
        disconnect(gone),
        ...(first === undefined ? [] : [connect({ from: first.from, to: [id, two.name] })]),
        ...(second === undefined ? [] : [connect({ from: second.from, to: [id, one.name] })]),
      ]);
    }
  }
  return null;
}

/** The move part of a splice, or nothing. */
export function makeRoom(positions: Positions): Command[] {
  return positions.size === 0 ? [] : [move(positions)];
}
