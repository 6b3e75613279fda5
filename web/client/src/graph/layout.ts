/** Automatic layout of a workflow or a part of it: layers left to right, frames kept together, one node held still. */

import { around, type Box, boxOf, centreIn, FRAME_HEAD, FRAME_SIDE, frameAround, onGrid, type ShapeOf } from "./boxes";
import { type Frame, nodeIndex, type WorkflowDocument } from "./document";
import { type Gaps, type Link, layered } from "./layers";

export interface Layout {
  nodes: Map<string, [number, number]>;
  /** New bounds of the frames around nodes that moved. */
  frames: Map<string, Frame["bounds"]>;
}

const GAPS: Gaps = { across: 64, down: 32 };
const LOOSE_ROW = 1600;

/** A node, or a frame with all that is in it, as one thing to place. */
interface Unit {
  box: Box;
  /** Offsets of the nodes in it from the unit's corner; of itself for a plain node. */
  nodes: Map<string, [number, number]>;
  frames: Map<string, Frame["bounds"]>;
}

/**
 * Places for `ids` (all nodes when there are fewer than two). Pinned nodes stay. The first of `ids`, or the leftmost node, is
 * where the drawing hangs: it keeps its place.
 */
export function layOut(document: WorkflowDocument, ids: readonly string[], shapeOf: ShapeOf): Layout {
  const known = ids.filter((id) => nodeIndex(document).has(id));
  const chosen = new Set(known.length < 2 ? document.nodes.map((node) => node.id) : known);
  const nodes = document.nodes.filter((node) => chosen.has(node.id) && !node.pinned);
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node, shapeOf)]));
  const anchor = ids.find((id) => boxes.has(id)) ?? leftmost(boxes);
  if (anchor === undefined) return { nodes: new Map(), frames: new Map() };
  const tree = framesOf(document, boxes, shapeOf);
  const whole = unitOf(null, tree, document, boxes, shapeOf);
  const held = boxes.get(anchor) as Box;
  const hung = whole.nodes.get(anchor) ?? [0, 0];
  const [dx, dy] = [onGrid(held.x - hung[0]), onGrid(held.y - hung[1])];
  return {
    nodes: new Map([...whole.nodes].map(([id, [x, y]]) => [id, [onGrid(x) + dx, onGrid(y) + dy]])),
    frames: new Map(
      [...whole.frames].map(([id, [x, y, width, height]]) => [
        id,
        [onGrid(x) + dx, onGrid(y) + dy, onGrid(width), onGrid(height)],
      ]),
    ),
  };
}

function leftmost(boxes: ReadonlyMap<string, Box>): string | undefined {
  return [...boxes.values()].sort((a, b) => a.x - b.x || a.y - b.y)[0]?.id;
}

/**
 * Which frame each node is in, and each frame: the smallest that holds its centre. Only frames count that hold nodes
 * and hold none that stay: those would fall out of a frame that moves.
 */
function framesOf(document: WorkflowDocument, boxes: ReadonlyMap<string, Box>, shapeOf: ShapeOf) {
  const staying = document.nodes.filter((node) => !boxes.has(node.id)).map((node) => boxOf(node, shapeOf));
  const moving = document.frames.filter((frame) => !staying.some((box) => centreIn(box, frame.bounds)));
  const bySize = moving.sort((a, b) => a.bounds[2] * a.bounds[3] - b.bounds[2] * b.bounds[3]);
  const holds = (frame: Frame, x: number, y: number) =>
    x > frame.bounds[0] &&
    x < frame.bounds[0] + frame.bounds[2] &&
    y > frame.bounds[1] &&
    y < frame.bounds[1] + frame.bounds[3];
  const owner = new Map<string, string>();
  const members = new Map<string | null, { nodes: string[]; frames: string[] }>();
  const of = (frame: string | null) => {
    const known = members.get(frame) ?? { nodes: [], frames: [] };
    members.set(frame, known);
    return known;
  };
  const nodes = nodeIndex(document);
  for (const box of boxes.values()) {
    const inside = (item: Frame) => holds(item, box.x + box.width / 2, box.y + box.height / 2);
    const frame = nodes.get(box.id)?.unframed === true ? null : (bySize.find(inside)?.id ?? null);
    if (frame !== null) owner.set(box.id, frame);
    of(frame).nodes.push(box.id);
  }
  // Smallest first, so that a frame is known to hold something before its own parent asks.
  bySize.forEach((frame, index) => {
    if (!members.has(frame.id)) return;
    const [x, y, width, height] = frame.bounds;
    const parent = bySize.slice(index + 1).find((item) => holds(item, x + width / 2, y + height / 2))?.id ?? null;
    if (parent !== null) owner.set(frame.id, parent);
    of(parent).frames.push(frame.id);
  });
  return { owner, members };
}

type Tree = ReturnType<typeof framesOf>;

/** A frame's inside laid out as one unit; null is the whole canvas. Frames nest a few deep at most. */
function unitOf(
  frame: string | null,
  tree: Tree,
  document: WorkflowDocument,
  boxes: ReadonlyMap<string, Box>,
  shapeOf: ShapeOf,
): Unit {
  const inside = tree.members.get(frame) ?? { nodes: [], frames: [] };
  const units = [
    ...inside.nodes.map((id): Unit => plain(boxes.get(id) as Box)),
    ...inside.frames.map((id) => unitOf(id, tree, document, boxes, shapeOf)),
  ].sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);
  const places = placed(units, linksOf(units, document, shapeOf));
  const unit: Unit = { box: { id: frame ?? "", x: 0, y: 0, width: 0, height: 0 }, nodes: new Map(), frames: new Map() };
  units.forEach((part, index) => {
    const [x, y] = places[index] as [number, number];
    for (const [id, at] of part.nodes) unit.nodes.set(id, [at[0] + x, at[1] + y]);
    for (const [id, [left, top, width, height]] of part.frames) unit.frames.set(id, [left + x, top + y, width, height]);
  });
  if (frame === null) return unit;
  return framed(unit, frame, units, places);
}

function plain(box: Box): Unit {
  return { box, nodes: new Map([[box.id, [0, 0]]]), frames: new Map() };
}

/** A unit with its frame drawn around it, counted from the frame's corner. */
function framed(unit: Unit, frame: string, units: readonly Unit[], places: readonly [number, number][]): Unit {
  const parts = units.map(({ box }, index) => ({ ...box, x: places[index]?.[0] ?? 0, y: places[index]?.[1] ?? 0 }));
  const [, , width, height] = frameAround(parts) ?? [0, 0, 0, 0];
  const inner = around(parts) ?? { x: 0, y: 0 };
  const [dx, dy] = [FRAME_SIDE - inner.x, FRAME_HEAD - inner.y];
  const first = units[0]?.box ?? { x: 0, y: 0 };
  return {
    box: { id: frame, x: first.x, y: first.y, width, height },
    nodes: new Map([...unit.nodes].map(([id, [x, y]]) => [id, [x + dx, y + dy]])),
    frames: new Map<string, Frame["bounds"]>([
      ...[...unit.frames].map(([id, [x, y, w, h]]): [string, Frame["bounds"]] => [id, [x + dx, y + dy, w, h]]),
      [frame, [0, 0, width, height]],
    ]),
  };
}

/** Wires between units, by the units' indices, with the heights of their ends in the units. */
function linksOf(units: readonly Unit[], document: WorkflowDocument, shapeOf: ShapeOf): Link[] {
  const unitAt = new Map<string, number>();
  units.forEach((unit, index) => {
    for (const id of unit.nodes.keys()) unitAt.set(id, index);
  });
  const nodes = nodeIndex(document);
  return document.wires.flatMap(({ from, to }): Link[] => {
    const [a, b] = [unitAt.get(from[0]), unitAt.get(to[0])];
    const [source, target] = [nodes.get(from[0]), nodes.get(to[0])];
    if (a === undefined || b === undefined || a === b || source === undefined || target === undefined) return [];
    return [
      {
        from: a,
        to: b,
        fromY: (units[a]?.nodes.get(from[0])?.[1] ?? 0) + (shapeOf(source).outputs.get(from[1]) ?? 0),
        toY: (units[b]?.nodes.get(to[0])?.[1] ?? 0) + (shapeOf(target).inputs.get(to[1]) ?? 0),
      },
    ];
  });
}

/** Places of units: each connected part in layers, parts below each other, units without wires in rows at the foot. */
function placed(units: readonly Unit[], links: readonly Link[]): [number, number][] {
  const part = partsOf(units.length, links);
  const groups = new Map<number, number[]>();
  part.forEach((root, index) => {
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [index]);
    else group.push(index);
  });
  const places = new Array<[number, number]>(units.length).fill([0, 0]);
  const linked = new Map<number, Link[]>();
  for (const link of links) {
    const root = part[link.from] as number;
    const list = linked.get(root);
    if (list === undefined) linked.set(root, [link]);
    else list.push(link);
  }
  let top = 0;
  for (const [root, group] of groups) {
    if (group.length === 1) continue;
    const own = new Map(group.map((unit, index) => [unit, index]));
    const inner = (linked.get(root) ?? []).map((link) => ({
      ...link,
      from: own.get(link.from) as number,
      to: own.get(link.to) as number,
    }));
    const items = group.map((unit) => (units[unit] as Unit).box);
    const corners = layered(items, inner, GAPS);
    const box = around(
      items.map((item, index) => ({ ...item, x: corners[index]?.[0] ?? 0, y: corners[index]?.[1] ?? 0 })),
    );
    group.forEach((unit, index) => {
      const [x, y] = corners[index] as [number, number];
      places[unit] = [x, y - (box?.y ?? 0) + top];
    });
    top += (box?.height ?? 0) + GAPS.across;
  }
  inRows([...groups.values()].filter((group) => group.length === 1).flat(), units, top, places);
  return places;
}

function inRows(loose: readonly number[], units: readonly Unit[], top: number, places: [number, number][]): void {
  let [x, y, tallest] = [0, top, 0];
  for (const index of loose) {
    const { width, height } = (units[index] as Unit).box;
    if (x > 0 && x + width > LOOSE_ROW) [x, y, tallest] = [0, y + tallest + GAPS.down, 0];
    places[index] = [x, y];
    x += width + GAPS.down;
    tallest = Math.max(tallest, height);
  }
}

/** For each unit the number of its connected part (union by path halving). */
function partsOf(count: number, links: readonly Link[]): number[] {
  const root = Array.from({ length: count }, (_, index) => index);
  const find = (item: number): number => {
    let at = item;
    while (root[at] !== at) {
      root[at] = root[root[at] as number] as number;
      at = root[at] as number;
    }
    return at;
  };
  for (const { from, to } of links) root[find(from)] = find(to);
  return root.map((_, index) => find(index));
}
