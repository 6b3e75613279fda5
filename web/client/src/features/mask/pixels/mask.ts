/** A mask: one byte a pixel, 255 where something shall happen. */

import type { Rect } from "./rect";

export interface Mask {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A mask with nothing in it. */
export function emptyMask(width: number, height: number): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}

/** The share of the mask that is set, 0 to 1; half set counts half. */
export function coverage({ data }: Mask): number {
  let sum = 0;
  for (const value of data) sum += value;
  return data.length === 0 ? 0 : sum / (255 * data.length);
}

/** Turn set into unset everywhere. */
export function invert({ data }: Mask): void {
  for (let index = 0; index < data.length; index += 1) data[index] = 255 - (data[index] ?? 0);
}

/** The rectangle that holds all that is set at all. */
export function boundsOf({ width, height, data }: Mask): Rect {
  let left = width;
  let top = height;
  let right = -1;
  let bottom = -1;
  for (let y = 0; y < height; y += 1) {
    const row = data.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((value) => value > 0);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(
      right,
      row.findLastIndex((value) => value > 0),
    );
    top = Math.min(top, y);
    bottom = y;
  }
  return right < 0
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** A copy of a part, row after row. */
export function copyPart({ width, data }: Mask, rect: Rect): Uint8Array {
  const part = new Uint8Array(rect.width * rect.height);
  for (let row = 0; row < rect.height; row += 1) {
    const from = (rect.y + row) * width + rect.x;
    part.set(data.subarray(from, from + rect.width), row * rect.width);
  }
  return part;
}

/** Put a part back where it came from. */
export function putPart({ width, data }: Mask, rect: Rect, part: Uint8Array): void {
  for (let row = 0; row < rect.height; row += 1) {
    data.set(part.subarray(row * rect.width, (row + 1) * rect.width), (rect.y + row) * width + rect.x);
  }
}

/** Whether a new value sets or unsets: `cover` 0–255 of full strength over `base`. */
export function blend(base: number, cover: number, erase: boolean): number {
  const target = erase ? 0 : 255;
  return Math.round(base + ((target - base) * cover) / 255);
}
