/** A free place on the canvas for a box that would lie on others. */

import { type Box, onGrid } from "./boxes";

/** How far it keeps from its neighbours, in canvas pixels. */
const GAP = 24;
/** Of how many neighbours the sides are tried: the nearest. */
const MOST = 40;

/**
 * Where `box` may stand without lying on any of `others`: where it is if it can, else the nearest place beside, above
 * or below the neighbours it has there.
 */
export function roomFor(box: Box, others: readonly Box[]): [number, number] {
  const free = (x: number, y: number) => !others.some((other) => meet({ ...box, x, y }, other));
  if (free(box.x, box.y)) return [box.x, box.y];
  const near = [...others].sort((one, other) => apart(one, box) - apart(other, box)).slice(0, MOST);
  const across = [box.x, ...near.flatMap(({ x, width }) => [x - box.width - GAP, x + width + GAP])];
  const down = [box.y, ...near.flatMap(({ y, height }) => [y - box.height - GAP, y + height + GAP])];
  const away = ([x, y]: readonly [number, number]) => Math.hypot(x - box.x, y - box.y);
  const places = across
    .flatMap((x) => down.map((y): [number, number] => [onGrid(x), onGrid(y)]))
    .sort((one, other) => away(one) - away(other));
  return places.find(([x, y]) => free(x, y)) ?? [box.x, box.y];
}

function meet(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** How far the middles of two boxes are apart. */
function apart(one: Box, other: Box): number {
  const x = one.x + one.width / 2 - other.x - other.width / 2;
  return Math.hypot(x, one.y + one.height / 2 - other.y - other.height / 2);
}
