/** Shapes as coverage: a rectangle of the picture, and for each of its pixels how much of it lies inside, 0–255. */

import { type Rect, within } from "./rect";

export interface Cover {
  rect: Rect;
  cover: Uint8Array;
}

interface Size {
  width: number;
  height: number;
}

/** A box by its corner and size, in pixels; parts outside the picture are left out. */
export function rectangle(box: Rect, size: Size): Cover {
  const rect = within(box.x, box.y, box.x + box.width, box.y + box.height, size);
  return { rect, cover: new Uint8Array(rect.width * rect.height).fill(255) };
}

const SAMPLES = 4;

/** The ellipse that fills a box. Its edge is smooth. */
export function ellipse(box: Rect, size: Size): Cover {
  const rect = within(box.x, box.y, box.x + box.width, box.y + box.height, size);
  const cover = new Uint8Array(rect.width * rect.height);
  const rx = box.width / 2;
  const ry = box.height / 2;
  if (rx <= 0 || ry <= 0) return { rect, cover };
  fillRows(rect, cover, (y) => {
    const v = (y - box.y - ry) / ry;
    if (Math.abs(v) >= 1) return [];
    const half = rx * Math.sqrt(1 - v * v);
    return [box.x + rx - half, box.x + rx + half];
  });
  return { rect, cover };
}

export type Point = readonly [x: number, y: number];

/** The inside of a line drawn by hand, closed from its end to its start; where it crosses itself, even-odd. */
export function lasso(points: readonly Point[], size: Size): Cover {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const rect =
    points.length < 3
      ? { x: 0, y: 0, width: 0, height: 0 }
      : within(minimum(xs), minimum(ys), maximum(xs), maximum(ys), size);
  const cover = new Uint8Array(rect.width * rect.height);
  fillRows(rect, cover, (y) => crossings(points, y));
  return { rect, cover };
}

/** Where the outline crosses a height, left to right. */
function crossings(points: readonly Point[], y: number): number[] {
  const found: number[] = [];
  points.forEach(([x1, y1], index) => {
    const [x2, y2] = points[(index + 1) % points.length] ?? [x1, y1];
    if (y1 <= y === y2 <= y) return;
    found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  });
  return found.sort((a, b) => a - b);
}

/** Fill spans row by row, a few samples high and exact in width. `spans` gives pairs of ends at a height. */
function fillRows(rect: Rect, cover: Uint8Array, spans: (y: number) => number[]): void {
  const row = new Float32Array(rect.width);
  for (let y = 0; y < rect.height; y += 1) {
    row.fill(0);
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const ends = spans(rect.y + y + (sample + 0.5) / SAMPLES);
      for (let pair = 0; pair + 1 < ends.length; pair += 2) {
        addSpan(row, (ends[pair] ?? 0) - rect.x, (ends[pair + 1] ?? 0) - rect.x);
      }
    }
    for (let x = 0; x < rect.width; x += 1) {
      cover[y * rect.width + x] = Math.round((255 * Math.min(SAMPLES, row[x] ?? 0)) / SAMPLES);
    }
  }
}

function addSpan(row: Float32Array, from: number, to: number): void {
  const start = Math.max(0, from);
  const end = Math.min(row.length, to);
  if (end <= start) return;
  const first = Math.floor(start);
  const last = Math.min(row.length - 1, Math.ceil(end) - 1);
  for (let x = first; x <= last; x += 1) {
    row[x] = (row[x] ?? 0) + Math.min(x + 1, end) - Math.max(x, start);
  }
}

function minimum(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function maximum(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
