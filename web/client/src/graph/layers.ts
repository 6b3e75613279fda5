/**
 * Layers of a directed graph, left to right (Sugiyama, Tagawa and Toda 1981, in its simplest useful form): break
 * cycles, layer by longest path, order each layer by the mean place of its neighbours, and give each node the height
 * at which its wires are level. Everything is iterative, and the cost is linear in nodes and wires but for sorting,
 * so two thousand nodes are laid out while a person blinks.
 */

/** A box to place. Heights of sockets are given with the links. */
export interface Item {
  width: number;
  height: number;
}

/** A wire between items, by their indices; `fromY` and `toY` are its ends' heights from the items' tops. */
export interface Link {
  from: number;
  to: number;
  fromY: number;
  toY: number;
}

export interface Gaps {
  across: number;
  down: number;
}

const SWEEPS = 6;

/** Top left corners of the items, from 0, 0. */
export function layered(items: readonly Item[], links: readonly Link[], gaps: Gaps): [number, number][] {
  const forward = acyclic(items.length, links);
  const layer = layersOf(items.length, forward);
  const rows = rowsOf(layer);
  const neighbours = neighboursOf(items.length, forward);
  const y = ordered(rows, items, neighbours, gaps.down);
  const x = columns(rows, items, gaps.across);
  return items.map((_, index) => [x[layer[index] ?? 0] ?? 0, y[index] ?? 0]);
}

/** Links without those that close a cycle (met again on the way of a depth-first walk). Self links go, too. */
function acyclic(count: number, links: readonly Link[]): Link[] {
  const out: Link[][] = Array.from({ length: count }, () => []);
  for (const link of links) if (link.from !== link.to) out[link.from]?.push(link);
  const state = new Uint8Array(count);
  const kept: Link[] = [];
  for (let root = 0; root < count; root += 1) {
    if (state[root] !== 0) continue;
    const path: [node: number, next: number][] = [[root, 0]];
    state[root] = 1;
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const link = out[top[0]]?.[top[1]];
      top[1] += 1;
      if (link === undefined) {
        state[top[0]] = 2;
        path.pop();
      } else if (state[link.to] !== 1) {
        kept.push(link);
        if (state[link.to] === 0) {
          state[link.to] = 1;
          path.push([link.to, 0]);
        }
      }
    }
  }
  return kept;
}

/** Layers by longest path from the left; what feeds others but takes nothing moves next to what it feeds. */
function layersOf(count: number, links: readonly Link[]): number[] {
  const layer = new Array<number>(count).fill(0);
  const open = new Array<number>(count).fill(0);
  const out: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of links) {
    out[from]?.push(to);
    open[to] = (open[to] ?? 0) + 1;
  }
  const takes = open.map((inputs) => inputs > 0);
  const ready = open.flatMap((inputs, index) => (inputs === 0 ? [index] : []));
  for (let at = 0; at < ready.length; at += 1) {
    const from = ready[at] as number;
    for (const to of out[from] ?? []) {
      layer[to] = Math.max(layer[to] ?? 0, (layer[from] ?? 0) + 1);
      open[to] = (open[to] ?? 0) - 1;
      if (open[to] === 0) ready.push(to);
    }
  }
  for (let index = 0; index < count; index += 1) {
    const next = out[index] ?? [];
    if (takes[index] === true || next.length === 0) continue;
    let first = Infinity;
    for (const to of next) first = Math.min(first, layer[to] ?? 0);
    layer[index] = first - 1;
  }
  return layer;
}

function rowsOf(layer: readonly number[]): number[][] {
  const rows: number[][] = [];
  layer.forEach((row, index) => {
    while (rows.length <= row) rows.push([]);
    rows[row]?.push(index);
  });
  return rows;
}

interface Neighbour {
  item: number;
  /** What to add to the neighbour's y so that the wire between them is level. */
  offset: number;
}

function neighboursOf(count: number, links: readonly Link[]) {
  const before: Neighbour[][] = Array.from({ length: count }, () => []);
  const after: Neighbour[][] = Array.from({ length: count }, () => []);
  for (const { from, to, fromY, toY } of links) {
    before[to]?.push({ item: from, offset: fromY - toY });
    after[from]?.push({ item: to, offset: toY - fromY });
  }
  return { before, after };
}

/** Heights of all items: sweeps right and left, each layer sorted by where its wires would be level, then spread. */
function ordered(
  rows: readonly number[][],
  items: readonly Item[],
  { before, after }: ReturnType<typeof neighboursOf>,
  gap: number,
): number[] {
  const y = new Array<number>(items.length).fill(0);
  for (const row of rows) {
    let at = 0;
    for (const index of row) {
      y[index] = at;
      at += (items[index]?.height ?? 0) + gap;
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const rightwards = sweep % 2 === 0;
    const order = rightwards ? rows : [...rows].reverse();
    for (const row of order) {
      const wanted = new Map(
        row.map((index) => [index, wantedY(index, y, (rightwards ? before : after)[index] ?? [])]),
      );
      row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      spread(row, wanted, items, gap, y);
    }
  }
  return y;
}

/** The mean height at which an item's wires on one side are level; its own where it has none. */
function wantedY(index: number, y: readonly number[], neighbours: readonly Neighbour[]): number {
  if (neighbours.length === 0) return y[index] ?? 0;
  let sum = 0;
  for (const { item, offset } of neighbours) sum += (y[item] ?? 0) + offset;
  return sum / neighbours.length;
}

/**
 * Put a layer's items as near as can be to where they want to be, without overlap: least squares with an order, solved
 * by pooling adjacent violators.
 */
function spread(
  row: readonly number[],
  wanted: ReadonlyMap<number, number>,
  items: readonly Item[],
  gap: number,
  y: number[],
): void {
  const blocks: { mean: number; size: number }[] = [];
  let offset = 0;
  for (const index of row) {
    let block = { mean: (wanted.get(index) ?? 0) - offset, size: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean > block.mean; last = blocks.at(-1)) {
      const size = last.size + block.size;
      block = { mean: (last.mean * last.size + block.mean * block.size) / size, size };
      blocks.pop();
    }
    blocks.push(block);
    offset += (items[index]?.height ?? 0) + gap;
  }
  let at = 0;
  offset = 0;
  for (const { mean, size } of blocks) {
    for (let count = 0; count < size; count += 1, at += 1) {
      const index = row[at] as number;
      y[index] = mean + offset;
      offset += (items[index]?.height ?? 0) + gap;
    }
  }
}

/** The left edge of each layer. */
function columns(rows: readonly number[][], items: readonly Item[], gap: number): number[] {
  let at = 0;
  return rows.map((row) => {
    const left = at;
    at += row.reduce((most, index) => Math.max(most, items[index]?.width ?? 0), 0) + gap;
    return left;
  });
}
