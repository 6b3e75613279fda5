/**
 * Growing, shrinking and feathering by exact distances.
 *
 * Source: P. Felzenszwalb and D. Huttenlocher, "Distance transforms of sampled functions", 2012: the lower envelope of
 * parabolas, first down the columns, then along the rows; linear in the number of pixels.
 */

import { boundsOf, copyPart, type Mask, putPart } from "./mask";
import { isEmpty, type Rect, within } from "./rect";

const FAR = 1e20;
const HALF = 128;

/** Squared distances of every pixel to the nearest one for which `inside` holds. */
export function squaredDistances(width: number, height: number, inside: (index: number) => boolean): Float32Array {
  const grid = new Float32Array(width * height);
  for (let index = 0; index < grid.length; index += 1) grid[index] = inside(index) ? 0 : FAR;
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  const room: Envelope = {
    at: new Int32Array(longest),
    from: new Float64Array(longest + 1),
    out: new Float64Array(longest),
  };
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) line[y] = grid[y * width + x] ?? FAR;
    transform(line, height, room);
    for (let y = 0; y < height; y += 1) grid[y * width + x] = room.out[y] ?? FAR;
  }
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) line[x] = grid[y * width + x] ?? FAR;
    transform(line, width, room);
    for (let x = 0; x < width; x += 1) grid[y * width + x] = room.out[x] ?? FAR;
  }
  return grid;
}

interface Envelope {
  at: Int32Array;
  from: Float64Array;
  out: Float64Array;
}

/** One line: `out[q]` is the least `(q − p)² + line[p]` over all p. */
function transform(line: Float64Array, length: number, { at, from, out }: Envelope): void {
  let top = 0;
  at[0] = 0;
  from[0] = -FAR;
  from[1] = FAR;
  const meet = (q: number, p: number) => ((line[q] ?? 0) + q * q - ((line[p] ?? 0) + p * p)) / (2 * q - 2 * p);
  for (let q = 1; q < length; q += 1) {
    let crossing = meet(q, at[top] ?? 0);
    while (top > 0 && crossing <= (from[top] ?? 0)) {
      top -= 1;
      crossing = meet(q, at[top] ?? 0);
    }
    top += 1;
    at[top] = q;
    from[top] = crossing;
    from[top + 1] = FAR;
  }
  let piece = 0;
  for (let q = 0; q < length; q += 1) {
    while ((from[piece + 1] ?? FAR) < q) piece += 1;
    const p = at[piece] ?? 0;
    out[q] = Math.min(FAR, (q - p) * (q - p) + (line[p] ?? 0));
  }
}

export interface Change {
  rect: Rect;
  before: Uint8Array;
}

/** Grow what is set by `pixels`, or shrink it where the number is negative. The new edge is a pixel soft. */
export function grow(mask: Mask, pixels: number): Change {
  return reshape(mask, Math.max(0, pixels), (signed) => clamp(0.5 + pixels - signed));
}

/** Make the edge fade over `pixels` on either side. */
export function feather(mask: Mask, pixels: number): Change {
  if (pixels <= 0) return { rect: { x: 0, y: 0, width: 0, height: 0 }, before: new Uint8Array(0) };
  return reshape(mask, pixels, (signed) => {
    const share = clamp(0.5 - signed / (2 * pixels));
    return share * share * (3 - 2 * share);
  });
}

/** Set every pixel anew from its signed distance to the edge: below 0 inside, above 0 outside, in pixels. */
function reshape(mask: Mask, reach: number, value: (signed: number) => number): Change {
  const bounds = boundsOf(mask);
  if (isEmpty(bounds)) return { rect: bounds, before: new Uint8Array(0) };
  const margin = Math.ceil(reach) + 2;
  const rect = within(
    bounds.x - margin,
    bounds.y - margin,
    bounds.x + bounds.width + margin,
    bounds.y + bounds.height + margin,
    mask,
  );
  const before = copyPart(mask, rect);
  const set = (index: number) => (before[index] ?? 0) >= HALF;
  const outside = squaredDistances(rect.width, rect.height, set);
  const inside = squaredDistances(rect.width, rect.height, (index) => !set(index));
  const after = new Uint8Array(before.length);
  for (let index = 0; index < after.length; index += 1) {
    const signed = set(index) ? 0.5 - Math.sqrt(inside[index] ?? 0) : Math.sqrt(outside[index] ?? 0) - 0.5;
    after[index] = Math.round(255 * value(signed));
  }
  putPart(mask, rect, after);
  return { rect, before };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
