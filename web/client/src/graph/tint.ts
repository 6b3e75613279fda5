/** Colours that people give nodes and frames: a name from our palette, or a hexadecimal colour from elsewhere. */

export const TINTS = ["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"] as const;
export type Tint = (typeof TINTS)[number];

/** Whether a colour is one of the palette. */
export function isTint(color: string): color is Tint {
  return (TINTS as readonly string[]).includes(color);
}

/** Whether a colour is safe to hand to a style: hexadecimal, as other programs write it. */
export function isHex(color: string): boolean {
  return /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(color);
}
