/** Dots on wires, and places on the lines that are drawn now. */

import { wireId } from "@/graph/document";
import { reroutesOf, viaOf } from "@/graph/reroutes";
import { currentDocument } from "@/state/workflow/workspace";

/** A dot's box on the canvas: 10 px to see, 24 px to take. */
export const DOT = 24;

/** A crossing of a wire: where, and how many of its dots come before. */
export interface OnWire {
  wire: string;
  at: [number, number];
  place: number;
}

const SAMPLES = 64;

/** The line of a wire as it is drawn now. */
function lineOf(wire: string): SVGPathElement | null {
  return document.querySelector(`.react-flow__edge[data-id="${CSS.escape(wire)}"] .react-flow__edge-path`);
}

function sampled(path: SVGPathElement): [number, number][] {
  const length = path.getTotalLength();
  return Array.from({ length: SAMPLES + 1 }, (_, step) => {
    const { x, y } = path.getPointAtLength((length * step) / SAMPLES);
    return [x, y];
  });
}

/** The sample of a line that a point is nearest to. */
function nearest(line: readonly [number, number][], [x, y]: readonly [number, number]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, point] of line.entries()) {
    const distance = (point[0] - x) ** 2 + (point[1] - y) ** 2;
    if (distance < least) [best, least] = [at, distance];
  }
  return best;
}

/** How many of a wire's dots come before this sample of its line. */
function dotsBefore(wire: string, line: readonly [number, number][], sample: number): number {
  const canvas = currentDocument();
  const dots = new Map(reroutesOf(canvas).map((dot) => [dot.id, dot.position]));
  const found = canvas.wires.find((item) => wireId(item) === wire);
  const via = found === undefined ? [] : viaOf(found);
  return via.filter((id) => {
    const position = dots.get(id);
    return position !== undefined && nearest(line, position) < sample;
  }).length;
}

/** The place on a wire that is nearest to a canvas point; without a point, its middle. */
export function placeOnWire(wire: string, point?: readonly [number, number]): OnWire | null {
  const path = lineOf(wire);
  if (path === null) return null;
  const line = sampled(path);
  const sample = point === undefined ? SAMPLES / 2 : nearest(line, point);
  const [x, y] = line[sample] ?? [0, 0];
  return { wire, at: [Math.round(x), Math.round(y)], place: dotsBefore(wire, line, sample) };
}

/** Where a stroke over the canvas crosses wires. */
export function crossedBy(stroke: readonly [number, number][]): OnWire[] {
  return currentDocument().wires.flatMap((wire): OnWire[] => {
    const id = wireId(wire);
    const path = lineOf(id);
    if (path === null) return [];
    const line = sampled(path);
    for (let at = 1; at < line.length; at += 1) {
      for (let step = 1; step < stroke.length; step += 1) {
        const point = meeting(line[at - 1], line[at], stroke[step - 1], stroke[step]);
        if (point !== null) return [{ wire: id, at: point, place: dotsBefore(id, line, at) }];
      }
    }
    return [];
  });
}

type Point = readonly [number, number] | undefined;

/** Where two straight pieces meet, or null. */
function meeting(a: Point, b: Point, c: Point, d: Point): [number, number] | null {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const cross = rx * sy - ry * sx;
  if (cross === 0) return null;
  const along = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross;
  const across = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross;
  return along >= 0 && along <= 1 && across >= 0 && across <= 1 ? [a[0] + along * rx, a[1] + along * ry] : null;
}
