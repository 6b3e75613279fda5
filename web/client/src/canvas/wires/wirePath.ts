/** Where wires run, without asking the page: their ends from the anatomy, their curve as React Flow draws it. */

import { shapeOf } from "@/canvas/model/shape";
import { nodeIndex, type Wire, type WorkflowDocument } from "@/graph/document";
import { reroutesOf, viaOf } from "@/graph/reroutes";

export type Point = readonly [x: number, y: number];

/** A wire's ends on the canvas, or null while one of its nodes is missing. */
export function wireEnds(document: WorkflowDocument, wire: Wire): { from: Point; to: Point } | null {
  const nodes = nodeIndex(document);
  const [source, target] = [nodes.get(wire.from[0]), nodes.get(wire.to[0])];
  if (source === undefined || target === undefined) return null;
  const [out, into] = [shapeOf(source, document), shapeOf(target, document)];
  return {
    from: [source.position[0] + out.width, source.position[1] + (out.outputs.get(wire.from[1]) ?? out.height / 2)],
    to: [target.position[0], target.position[1] + (into.inputs.get(wire.to[1]) ?? into.height / 2)],
  };
}

/** How far a control point stands off its end (React Flow's Bézier with its usual curvature). */
function offset(distance: number): number {
  return distance >= 0 ? distance / 2 : 6.25 * Math.sqrt(-distance);
}

const PIECES = 16;

/** Points along a wire's curve, ends included. */
export function sampled({ from, to }: { from: Point; to: Point }): Point[] {
  const reach = offset(to[0] - from[0]);
  const [c1, c2] = [from[0] + reach, to[0] - reach];
  return Array.from({ length: PIECES + 1 }, (_, index): Point => {
    const t = index / PIECES;
    const u = 1 - t;
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    return [a * from[0] + b * c1 + c * c2 + d * to[0], (a + b) * from[1] + (c + d) * to[1]];
  });
}

/** The middle of a wire without dots. */
export function middleOf(ends: { from: Point; to: Point }): Point {
  return [(ends.from[0] + ends.to[0]) / 2, (ends.from[1] + ends.to[1]) / 2];
}

/** A wire piece by piece, from dot to dot; one piece where it has none. */
export function wirePieces(document: WorkflowDocument, wire: Wire): { from: Point; to: Point }[] {
  const ends = wireEnds(document, wire);
  if (ends === null) return [];
  const via = viaOf(wire);
  if (via.length === 0) return [ends];
  const places = new Map(reroutesOf(document).map((dot) => [dot.id, dot.position]));
  const dots = via.flatMap((id): Point[] => {
    const place = places.get(id);
    return place === undefined ? [] : [place];
  });
  const points = [ends.from, ...dots, ends.to];
  return points.slice(1).map((to, at) => ({ from: points[at] ?? to, to }));
}

/** Points along a wire through its dots; none while one of its nodes is missing. */
export function wireLine(document: WorkflowDocument, wire: Wire): Point[] {
  return wirePieces(document, wire).flatMap(sampled);
}

/** A place on a wire for a button: the middle of its longest piece, so that no dot lies under it. */
export function wireMiddle(document: WorkflowDocument, wire: Wire): Point | null {
  const reach = ({ from, to }: { from: Point; to: Point }) => Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [first, ...more] = wirePieces(document, wire);
  if (first === undefined) return null;
  return middleOf(more.reduce((best, piece) => (reach(piece) > reach(best) ? piece : best), first));
}

/** Whether two lines of points cross anywhere. */
export function crosses(one: readonly Point[], two: readonly Point[]): boolean {
  for (let i = 1; i < one.length; i += 1) {
    for (let j = 1; j < two.length; j += 1) {
      if (segmentsCross(one[i - 1] as Point, one[i] as Point, two[j - 1] as Point, two[j] as Point)) return true;
    }
  }
  return false;
}

function segmentsCross(a: Point, b: Point, c: Point, d: Point): boolean {
  const turn = (p: Point, q: Point, r: Point) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

/** The wires that run no farther from a point than `reach`, the nearest first. */
export function wiresNear(document: WorkflowDocument, [x, y]: Point, reach: number): Wire[] {
  const found: { wire: Wire; far: number }[] = [];
  for (const wire of document.wires) {
    let far = Number.POSITIVE_INFINITY;
    for (const piece of wirePieces(document, wire)) {
      // A curve may swing out beyond its ends to the sides, never above or below them.
      const [top, bottom] = [Math.min(piece.from[1], piece.to[1]), Math.max(piece.from[1], piece.to[1])];
      if (y >= top - reach && y <= bottom + reach) far = Math.min(far, distanceTo(sampled(piece), [x, y]));
    }
    if (far <= reach) found.push({ wire, far });
  }
  return found.sort((a, b) => a.far - b.far).map(({ wire }) => wire);
}

/** How far a point is from a line of points. */
function distanceTo(line: readonly Point[], [x, y]: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 1; index < line.length; index += 1) {
    const [a, b] = [line[index - 1] as Point, line[index] as Point];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    least = Math.min(least, Math.hypot(x - a[0] - share * dx, y - a[1] - share * dy));
  }
  return least;
}

/** How long a way of a line of points lies in a box. */
export function lengthInside(
  line: readonly Point[],
  box: { x: number; y: number; width: number; height: number },
): number {
  let length = 0;
  for (let index = 1; index < line.length; index += 1) {
    const [a, b] = [line[index - 1] as Point, line[index] as Point];
    const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    if (x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height) continue;
    length += Math.hypot(b[0] - a[0], b[1] - a[1]);
  }
  return length;
}

/** Whether a point lies in a closed line of points (even-odd rule). */
export function encloses(line: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let index = 0; index < line.length; index += 1) {
    const [a, b] = [line[index] as Point, line[(index + line.length - 1) % line.length] as Point];
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside;
}
