/** The palette's colours by the theme's own: each name is a token that reads on every ground. */

import { isHex, isTint, type Tint } from "@/graph/tint";

const TOKENS: Record<Tint, string> = {
  red: "var(--c-vae)",
  orange: "var(--c-conditioning)",
  yellow: "var(--c-clip)",
  green: "var(--c-mask)",
  teal: "var(--run)",
  blue: "var(--c-image)",
  purple: "var(--c-model)",
  pink: "var(--c-latent)",
};

/** A colour for a style, or undefined for none and for what is no colour. */
export function tintColor(color: string | null): string | undefined {
  if (color === null) return undefined;
  if (isTint(color)) return TOKENS[color];
  return isHex(color) ? color : undefined;
}
