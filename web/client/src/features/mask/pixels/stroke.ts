/** Strokes of a brush. A stroke never covers a pixel more than its own strength, however often it passes. */

import { blend, copyPart, type Mask } from "./mask";
import { around, isEmpty, NOWHERE, type Rect, within } from "./rect";

export interface Brush {
  /** Diameter in pixels of the picture. */
  size: number;
  /** 0 soft to 1 hard: the share of the radius that is fully covered. */
  hardness: number;
  /** 0 to 1. */
  opacity: number;
  erase: boolean;
}

export interface Dab {
  x: number;
  y: number;
  /** Shares of the brush's size and opacity, by the pen's pressure. */
  size: number;
  opacity: number;
}

const PIECE = 2;

/** One stroke under way: it knows what lay below, and how much each pixel is covered. */
export class Stroke {
  touched: Rect = NOWHERE;
  private readonly before: Uint8Array;
  private readonly cover: Uint8Array;
  private last: Dab | null = null;

  constructor(
    private readonly mask: Mask,
    private readonly brush: Brush,
    scratch: Scratch,
  ) {
    this.before = scratch.before;
    this.cover = scratch.cover;
  }

  /** Draw on to a point. Returns what changed. */
  to(dab: Dab): Rect {
    const from = this.last ?? dab;
    this.last = dab;
    const length = Math.hypot(dab.x - from.x, dab.y - from.y);
    const pieces = Math.max(1, Math.ceil(length / (PIECE * Math.max(this.brush.size, 8))));
    let changed = NOWHERE;
    for (let piece = 1; piece <= pieces; piece += 1) {
      const start = between(from, dab, (piece - 1) / pieces);
      const end = between(from, dab, piece / pieces);
      changed = around(changed, this.segment(start, end));
    }
    this.touched = around(this.touched, changed);
    return changed;
  }

  /** The mask as it was under what the stroke touched; frees the scratch for the next stroke. */
  finish(): { rect: Rect; before: Uint8Array } {
    const rect = this.touched;
    const { width } = this.mask;
    const before = new Uint8Array(rect.width * rect.height);
    for (let row = 0; row < rect.height; row += 1) {
      const from = (rect.y + row) * width + rect.x;
      for (let column = 0; column < rect.width; column += 1) {
        const index = from + column;
        const covered = (this.cover[index] ?? 0) > 0;
        before[row * rect.width + column] = (covered ? this.before[index] : this.mask.data[index]) ?? 0;
      }
      this.cover.fill(0, from, from + rect.width);
    }
    return { rect, before };
  }

  private segment(a: Dab, b: Dab): Rect {
    const radiusA = Math.max(0.5, (this.brush.size / 2) * a.size);
    const radiusB = Math.max(0.5, (this.brush.size / 2) * b.size);
    const reach = Math.max(radiusA, radiusB) + 1;
    const rect = within(
      Math.min(a.x, b.x) - reach,
      Math.min(a.y, b.y) - reach,
      Math.max(a.x, b.x) + reach,
      Math.max(a.y, b.y) + reach,
      this.mask,
    );
    if (isEmpty(rect)) return rect;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const squared = dx * dx + dy * dy;
    const strength = 255 * this.brush.opacity;
    for (let y = rect.y; y < rect.y + rect.height; y += 1) {
      for (let x = rect.x; x < rect.x + rect.width; x += 1) {
        const px = x + 0.5 - a.x;
        const py = y + 0.5 - a.y;
        const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
        const distance = Math.hypot(px - along * dx, py - along * dy);
        const radius = radiusA + (radiusB - radiusA) * along;
        const edge = profile(distance, radius, this.brush.hardness);
        if (edge > 0)
          this.put(y * this.mask.width + x, edge * strength * (a.opacity + (b.opacity - a.opacity) * along));
      }
    }
    return rect;
  }

  private put(index: number, amount: number): void {
    const covered = this.cover[index] ?? 0;
    const now = Math.round(amount);
    if (now <= covered) return;
    const { data } = this.mask;
    if (covered === 0) this.before[index] = data[index] ?? 0;
    this.cover[index] = now;
    data[index] = blend(this.before[index] ?? 0, now, this.brush.erase);
  }
}

/** Room for a stroke's bookkeeping, used again by the next one. */
export interface Scratch {
  before: Uint8Array;
  cover: Uint8Array;
}

export function scratchFor(mask: Mask): Scratch {
  return { before: new Uint8Array(mask.data.length), cover: new Uint8Array(mask.data.length) };
}

/** How much of a pixel the brush covers at a distance from its middle, 0 to 1. A hard edge is a pixel wide. */
export function profile(distance: number, radius: number, hardness: number): number {
  const soft = Math.max(1, radius * (1 - hardness));
  const inner = radius - soft + 0.5;
  if (distance <= inner) return 1;
  const fade = (distance - inner) / soft;
  if (fade >= 1) return 0;
  return hardness >= 0.99 ? 1 - fade : 1 - fade * fade * (3 - 2 * fade);
}

function between(a: Dab, b: Dab, share: number): Dab {
  const mix = (from: number, to: number) => from + (to - from) * share;
  return { x: mix(a.x, b.x), y: mix(a.y, b.y), size: mix(a.size, b.size), opacity: mix(a.opacity, b.opacity) };
}

/** Put a shape's coverage (bytes of a rectangle) on the mask. Returns what lay below. */
export function putCover(mask: Mask, rect: Rect, cover: Uint8Array, erase: boolean): Uint8Array {
  const before = copyPart(mask, rect);
  for (let row = 0; row < rect.height; row += 1) {
    const from = (rect.y + row) * mask.width + rect.x;
    for (let column = 0; column < rect.width; column += 1) {
      const amount = cover[row * rect.width + column] ?? 0;
      if (amount > 0) mask.data[from + column] = blend(mask.data[from + column] ?? 0, amount, erase);
    }
  }
  return before;
}
