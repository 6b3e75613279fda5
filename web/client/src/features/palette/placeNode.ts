/** Put a chosen node on the canvas, with its wire when one waits. */

import { addNode } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { connect } from "@/graph/commands/wires";
import { bestSocket, type LooseEnd } from "@/graph/connect";
import { newNode, type SeedMode } from "@/graph/document";
import { defaultValue, type NodeSpec, widgetInputs } from "@/graph/spec";
import type { PaletteRequest } from "@/state/overlays";
import { selectNodes } from "@/state/selection";
import { currentDocument, run } from "@/state/workspace";

const GRID = 8;
const NODE_WIDTH = 240;

/** Add a node of `spec` where the palette was asked for. Its seeds draw anew each run until somebody fixes them. */
export function placeNode(spec: NodeSpec, { position, loose }: PaletteRequest): void {
  const left = loose?.side === "input" ? position[0] - NODE_WIDTH : position[0];
  const node = newNode(currentDocument(), spec.id, [snap(left), snap(position[1] - GRID * 2)]);
  for (const { name, widget } of widgetInputs(spec)) {
    // A widget without a default has to be set; what the node shows is what it runs with.
    const value = defaultValue(widget);
    if (widget.default === null && value !== "") node.widgets[name] = value;
  }
  const seeds = widgetInputs(spec).filter(({ widget }) => widget.kind === "integer" && widget.seed);
  if (seeds.length > 0) node.seeds = Object.fromEntries(seeds.map(({ name }) => [name, "random" satisfies SeedMode]));
  const wire = loose === null ? null : wireTo(loose, node.id, spec);
  run(several("add", [addNode(node), ...(wire === null ? [] : [connect(wire)])]));
  setTimeout(() => selectNodes([node.id]), 0);
}

function wireTo(loose: LooseEnd, node: string, spec: NodeSpec) {
  const socket = bestSocket(loose, spec);
  if (socket === undefined) return null;
  const here: [string, string] = [node, socket];
  const there: [string, string] = [loose.node, loose.socket];
  return loose.side === "output" ? { from: there, to: here } : { from: here, to: there };
}

function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}
