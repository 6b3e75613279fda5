/** Rectangles of whole pixels: the part of a mask that an operation touched. */

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 };

export function isEmpty(rect: Rect): boolean {
  return rect.width <= 0 || rect.height <= 0;
}

/** The smallest rectangle around both. */
export function around(a: Rect, b: Rect): Rect {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** The whole pixels between two corners, kept inside a picture of `width` by `height`. */
export function within(
  left: number,
  top: number,
  right: number,
  bottom: number,
  { width, height }: { width: number; height: number },
): Rect {
  const x = Math.max(0, Math.floor(left));
  const y = Math.max(0, Math.floor(top));
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, Math.ceil(right)) - x),
    height: Math.max(0, Math.min(height, Math.ceil(bottom)) - y),
  };
}
