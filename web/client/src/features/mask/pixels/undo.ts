/** Undo for a mask: what lay under each change, in tiles; plain tiles cost nothing to keep. */

import type { Mask } from "./mask";
import { isEmpty, type Rect } from "./rect";

const TILE = 128;
export const STROKES = 50;
const BYTES = 256 * 1024 * 1024;

/** A tile as it was: its bytes, or one value where they are all alike. */
type Tile = { rect: Rect; bytes: Uint8Array | number };
type Entry = { tiles: Tile[]; bytes: number };

export class MaskUndo {
  private past: Entry[] = [];
  private future: Entry[] = [];

  constructor(private readonly mask: Mask) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Keep what lay under a change that has been made. */
  push(rect: Rect, before: Uint8Array): void {
    if (isEmpty(rect)) return;
    const tiles: Tile[] = [];
    for (let y = 0; y < rect.height; y += TILE) {
      for (let x = 0; x < rect.width; x += TILE) {
        const part = { x, y, width: Math.min(TILE, rect.width - x), height: Math.min(TILE, rect.height - y) };
        const tile = this.changed(rect, before, part);
        if (tile !== null) tiles.push(tile);
      }
    }
    if (tiles.length === 0) return;
    this.past.push({ tiles, bytes: weight(tiles) });
    this.future = [];
    this.trim();
  }

  /** Take the last change back. Returns what changed, or null. */
  undo(): Rect[] | null {
    return this.swap(this.past, this.future);
  }

  redo(): Rect[] | null {
    return this.swap(this.future, this.past);
  }

  private changed(rect: Rect, before: Uint8Array, part: Rect): Tile | null {
    const bytes = new Uint8Array(part.width * part.height);
    let differs = false;
    for (let row = 0; row < part.height; row += 1) {
      const from = (part.y + row) * rect.width + part.x;
      const old = before.subarray(from, from + part.width);
      bytes.set(old, row * part.width);
      const now = (rect.y + part.y + row) * this.mask.width + rect.x + part.x;
      for (let column = 0; column < part.width && !differs; column += 1) {
        differs = old[column] !== this.mask.data[now + column];
      }
    }
    if (!differs) return null;
    return { rect: { ...part, x: rect.x + part.x, y: rect.y + part.y }, bytes: packed(bytes) };
  }

  private swap(from: Entry[], to: Entry[]): Rect[] | null {
    const entry = from.pop();
    if (entry === undefined) return null;
    const { width, data } = this.mask;
    const tiles = entry.tiles.map(({ rect, bytes }): Tile => {
      const now = new Uint8Array(rect.width * rect.height);
      for (let row = 0; row < rect.height; row += 1) {
        const at = (rect.y + row) * width + rect.x;
        now.set(data.subarray(at, at + rect.width), row * rect.width);
        if (typeof bytes === "number") data.fill(bytes, at, at + rect.width);
        else data.set(bytes.subarray(row * rect.width, (row + 1) * rect.width), at);
      }
      return { rect, bytes: packed(now) };
    });
    to.push({ tiles, bytes: weight(tiles) });
    return entry.tiles.map(({ rect }) => rect);
  }

  /** The oldest changes go when there are too many of them, or they weigh too much. */
  private trim(): void {
    let total = this.past.reduce((sum, entry) => sum + entry.bytes, 0);
    while (this.past.length > STROKES || (total > BYTES && this.past.length > 1)) {
      total -= this.past.shift()?.bytes ?? 0;
    }
  }
}

function packed(bytes: Uint8Array): Uint8Array | number {
  const first = bytes[0] ?? 0;
  return bytes.every((value) => value === first) ? first : bytes;
}

function weight(tiles: readonly Tile[]): number {
  return tiles.reduce((sum, { bytes }) => sum + (typeof bytes === "number" ? 0 : bytes.length), 0);
}
