/** Colour and shape of socket types. Shape carries the meaning where colour cannot be seen. */

export type SocketShape = "circle" | "diamond" | "square" | "triangle" | "pill" | "ring";

const LOOKS: Record<string, SocketShape> = {
  IMAGE: "circle",
  LATENT: "circle",
  MASK: "circle",
  MODEL: "diamond",
  CLIP: "diamond",
  VAE: "diamond",
  CONTROL_NET: "diamond",
  CLIP_VISION: "diamond",
  CONDITIONING: "square",
  EMBEDDING: "square",
  SAMPLER: "triangle",
  SIGMAS: "triangle",
  GUIDER: "triangle",
  NOISE: "triangle",
  INT: "pill",
  FLOAT: "pill",
  STRING: "pill",
  BOOLEAN: "pill",
  COMBO: "pill",
};

/** The glyph of a type. Types that plug-ins bring are rings. */
export function socketShape(type: string): SocketShape {
  return LOOKS[type] ?? "ring";
}

/** A CSS colour for a type. A plug-in's type gets a hue from its name, so that it is the same everywhere. */
export function socketColor(type: string): string {
  if (type === "COMBO") return "var(--c-string)";
  if (type in LOOKS) return `var(--c-${type.toLowerCase()})`;
  if (type === "*" || type === "") return "var(--c-any)";
  let hash = 0;
  for (const character of type) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return `oklch(var(--plugin-socket) ${hash})`;
}
