/** Where a person says what the picture shows. */

import type { WorkflowDocument } from "./document";

/** The node whose text steers the picture: the one wired to a `positive` input. */
export function positivePrompt(document: WorkflowDocument): string | null {
  const texts = new Set(document.nodes.filter((node) => node.type === "CLIPTextEncode").map((node) => node.id));
  const wire = document.wires.find(({ from, to }) => to[1] === "positive" && texts.has(from[0]));
  return wire?.from[0] ?? null;
}
