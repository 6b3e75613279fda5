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
  NOISY_CLIP: "diamond",
  CLIP_VISION_OUTPUT: "square",
  CLIP_IMAGE_EMBED: "square",
  EMBED_STATISTICS: "pill",
  PRIOR: "diamond",
  CLASSIFIER: "diamond",
  CONDITIONER: "diamond",
  FEATURE_MODEL: "diamond",
  STYLE_MODEL: "diamond",
};

/** Types that share the colour of a kindred one. */
const KIN: Record<string, string> = {
  COMBO: "string",
  NOISY_CLIP: "clip",
  CLIP_VISION_OUTPUT: "clip_vision",
  CLIP_IMAGE_EMBED: "embedding",
  EMBED_STATISTICS: "embedding",
};

/** Hues, in degrees, of rarer types of ours; they stand apart from each other on one node. */
const HUES: Record<string, number> = {
  PRIOR: 340,
  CLASSIFIER: 30,
  CONDITIONER: 70,
  FEATURE_MODEL: 145,
  STYLE_MODEL: 250,
  LOOP: 195,
};

/** The glyph of a type. Types that plug-ins bring are rings. */
export function socketShape(type: string): SocketShape {
  return LOOKS[type] ?? "ring";
}

/** A CSS colour for a type. A plug-in's type gets a hue from its name, so that it is the same everywhere. */
export function socketColor(type: string): string {
  const kin = KIN[type];
  if (kin !== undefined) return `var(--c-${kin})`;
  const hue = HUES[type];
  if (hue !== undefined) return `oklch(var(--plugin-socket) ${hue})`;
  if (type in LOOKS) return `var(--c-${type.toLowerCase()})`;
  if (type === "*" || type === "") return "var(--c-any)";
  let hash = 0;
  for (const character of type) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return `oklch(var(--plugin-socket) ${hash})`;
}
