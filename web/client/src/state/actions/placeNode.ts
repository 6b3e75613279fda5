/** Put a chosen node on the canvas, with its wire when one waits. */

import { addNode, move } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { takeIn } from "@/graph/commands/subgraphs/library";
import { connect, disconnect } from "@/graph/commands/wires";
import { bestSocket, type LooseEnd } from "@/graph/connect";
import { type GraphNode, newNode, nodeIndex, type SeedMode, type Wire, wireId } from "@/graph/document";
import type { Command } from "@/graph/history";
import { defaultValue, type NodeSpec, type WidgetValue, widgetInputs } from "@/graph/spec";
import { roomAfter, SPLICE_GAP, spliceOf, spliceWires } from "@/graph/splice";
import { swapNode } from "@/graph/swap";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import type { PaletteRequest } from "@/state/page/overlays";
import { isPublished, publishedOf } from "@/state/workflow/library";
import { selectNodes } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

const GRID = 8;
const NODE_WIDTH = 240;
const STEP = 32;

/** Values of a node's widgets, by name. */
export type Values = Readonly<Record<string, WidgetValue>>;

/**
 * Add a node of `spec` as the palette was asked to: at a point, at a loose wire, into a wire, or in a node's place.
 * A new node has `values` instead of its defaults. Answers the id of the node that is there now.
 */
export function placeNode(spec: NodeSpec, request: PaletteRequest, values: Values = {}): string {
  return request.swap !== undefined ? swapFor(spec, request.swap) : addAt(spec, request, values);
}

/** Remove wires that were picked up and let go. */
export function dropWires(wires: readonly Wire[]): void {
  run(disconnect(wires.map(wireId)));
}

function swapFor(spec: NodeSpec, id: string): string {
  const { command, kept, of } = swapNode(currentDocument(), currentCatalogue(), id, spec);
  run(command);
  const show = { label: t("wiring.show"), act: () => viewport()?.fit([id]) };
  notify("info", t("wiring.swap_kept", { kept, of }), show);
  setTimeout(() => selectNodes([id]), 0);
  return id;
}

/** A fresh node. Its seeds draw anew each run until somebody fixes them. */
function nodeOf(spec: NodeSpec, left: number, top: number, values: Values): GraphNode {
  const node = newNode(currentDocument(), isPublished(spec.id) ? spec.title : spec.id, [left, top]);
  node.type = spec.id;
  for (const { name, widget } of widgetInputs(spec)) {
    // A widget without a default has to be set; what the node shows is what it runs with.
    const value = defaultValue(widget);
    if (widget.default === null && value !== "") node.widgets[name] = value;
  }
  Object.assign(node.widgets, values);
  const seeds = widgetInputs(spec).filter(({ widget }) => widget.kind === "integer" && widget.seed);
  if (seeds.length > 0) node.seeds = Object.fromEntries(seeds.map(({ name }) => [name, "random" satisfies SeedMode]));
  return node;
}

function addAt(spec: NodeSpec, request: PaletteRequest, values: Values): string {
  const { position, loose, lifted = [], into } = request;
  const left = loose?.side === "input" ? position[0] - NODE_WIDTH : position[0];
  const [x, y] = free(snap(into === undefined ? left : leftIn(into, position)), snap(position[1] - GRID * 2));
  const published = publishedOf(spec.id);
  const taken = published === undefined ? null : takeIn(currentDocument(), published);
  const node = nodeOf(spec, x, y, { ...published?.widgets, ...values });
  node.type = taken?.type ?? node.type;
  run(
    several("add", [
      ...(taken === null ? [] : [taken.command]),
      addNode(node),
      ...wiring(spec, node, loose, lifted),
      ...(into === undefined ? [] : put(node, spec, into)),
    ]),
  );
  setTimeout(() => selectNodes([node.id]), 0);
  return node.id;
}

/** The left edge of a node around a point of a wire: clear of what feeds the wire, where that stands to the left. */
function leftIn(into: Wire, [x, y]: readonly [number, number]): number {
  const middle = x - NODE_WIDTH / 2;
  const source = nodeIndex(currentDocument()).get(into.from[0]);
  const shape = source === undefined ? undefined : viewport()?.shapeOf(source);
  if (source === undefined || shape === undefined) return middle;
  const [right, bottom] = [source.position[0] + shape.width, source.position[1] + shape.height];
  return right <= x && bottom > y ? Math.max(middle, right + SPLICE_GAP) : middle;
}

function wiring(spec: NodeSpec, node: GraphNode, loose: LooseEnd | null, lifted: readonly Wire[]): Command[] {
  const wire = loose === null ? null : wireTo(loose, node.id, spec);
  if (wire === null || loose === null) return [];
  const drop = disconnect(lifted.map(wireId));
  if (loose.side === "output" || lifted.length < 2) return [drop, connect(wire)];
  return lifted.map((old) => connect({ from: wire.from, to: old.to }));
}

/** Into a wire: its ends keep to the new node's sockets, and what follows makes room. */
function put(node: GraphNode, spec: NodeSpec, into: Wire): Command[] {
  const document = currentDocument();
  const splice = spliceOf(document, currentCatalogue(), into, spec);
  if (splice === null) return [];
  const shapeOf = viewport()?.shapeOf;
  const right = node.position[0] + NODE_WIDTH;
  const room = shapeOf === undefined ? new Map() : roomAfter(document, into, right, shapeOf, node.id);
  return [...(room.size === 0 ? [] : [move(room)]), spliceWires(into, node.id, splice)];
}

function wireTo(loose: LooseEnd, node: string, spec: NodeSpec) {
  const socket = bestSocket(loose, spec);
  if (socket === undefined) return null;
  const here: [string, string] = [node, socket];
  const there: [string, string] = [loose.node, loose.socket];
  return loose.side === "output" ? { from: there, to: here } : { from: here, to: there };
}

/** A place where no other node begins: one added by key after another lies beside it, not on it. */
function free(left: number, top: number): [number, number] {
  const taken = (x: number, y: number) =>
    currentDocument().nodes.some(
      ({ position }) => Math.abs(position[0] - x) < STEP && Math.abs(position[1] - y) < STEP,
    );
  let at: [number, number] = [left, top];
  while (taken(...at)) at = [at[0] + STEP, at[1] + STEP];
  return at;
}

function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}
