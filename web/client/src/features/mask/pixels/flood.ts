/** Filling an area of like colour, row by row (scanline flood fill: each run of pixels is visited once). */

import type { Rect } from "./rect";
import { around, NOWHERE } from "./rect";
import type { Cover } from "./shapes";

export interface Colours {
  width: number;
  height: number;
  /** Red, green, blue, alpha, a byte each. */
  data: Uint8ClampedArray;
}

/**
 * What hangs together with a pixel and differs from its colour by at most `tolerance` in every channel.
 * `tolerance` is 0 to 255.
 */
export function flood(picture: Colours, startX: number, startY: number, tolerance: number): Cover {
  const { width, height, data } = picture;
  const x0 = Math.floor(startX);
  const y0 = Math.floor(startY);
  if (x0 < 0 || y0 < 0 || x0 >= width || y0 >= height) return { rect: NOWHERE, cover: new Uint8Array(0) };
  const like = likeness(data, (y0 * width + x0) * 4, tolerance);
  const inside = new Uint8Array(width * height);
  const open: number[] = [x0, y0];
  let touched: Rect = NOWHERE;
  while (open.length > 0) {
    const y = open.pop() ?? 0;
    const x = open.pop() ?? 0;
    const row = y * width;
    if (inside[row + x] === 1) continue;
    let left = x;
    while (left > 0 && like(row + left - 1)) left -= 1;
    let right = x;
    while (right < width - 1 && like(row + right + 1)) right += 1;
    inside.fill(1, row + left, row + right + 1);
    touched = around(touched, { x: left, y, width: right - left + 1, height: 1 });
    for (const next of [y - 1, y + 1]) {
      if (next >= 0 && next < height) queueRuns(open, inside, like, { left, right, y: next, width });
    }
  }
  return { rect: touched, cover: cut(inside, width, touched) };
}

function likeness(data: Uint8ClampedArray, start: number, tolerance: number): (pixel: number) => boolean {
  const [r = 0, g = 0, b = 0, a = 0] = data.subarray(start, start + 4);
  return (pixel) => {
    const at = pixel * 4;
    return (
      Math.abs((data[at] ?? 0) - r) <= tolerance &&
      Math.abs((data[at + 1] ?? 0) - g) <= tolerance &&
      Math.abs((data[at + 2] ?? 0) - b) <= tolerance &&
      Math.abs((data[at + 3] ?? 0) - a) <= tolerance
    );
  };
}

interface Span {
  left: number;
  right: number;
  y: number;
  width: number;
}

/** Remember one pixel of every run of like colour beside a span. */
function queueRuns(open: number[], inside: Uint8Array, like: (pixel: number) => boolean, span: Span): void {
  const row = span.y * span.width;
  let running = false;
  for (let x = span.left; x <= span.right; x += 1) {
    const fits = inside[row + x] === 0 && like(row + x);
    if (fits && !running) open.push(x, span.y);
    running = fits;
  }
}

function cut(inside: Uint8Array, width: number, rect: Rect): Uint8Array {
  const cover = new Uint8Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y += 1) {
    for (let x = 0; x < rect.width; x += 1) {
      if (inside[(rect.y + y) * width + rect.x + x] === 1) cover[y * rect.width + x] = 255;
    }
  }
  return cover;
}
