/** Which nodes tell a newcomer how a picture comes about. */

import type { WorkflowDocument } from "./document";
import { runOrder } from "./walk";

/** The node whose text steers the picture: the one wired to a `positive` input. */
export function positivePrompt(document: WorkflowDocument): string | null {
  const texts = new Set(document.nodes.filter((node) => node.type === "CLIPTextEncode").map((node) => node.id));
  const wire = document.wires.find(({ from, to }) => to[1] === "positive" && texts.has(from[0]));
  return wire?.from[0] ?? null;
}

/** What the tour has a sentence of its own for; of each, the first in a workflow is shown. */
const TOLD: readonly string[] = ["CheckpointLoaderSimple", "CLIPTextEncode", "KSampler", "VAEDecode", "SaveImage"];

/** The nodes to stop at, at most as many as are told, in the order of a run. A workflow without them shows others. */
export function tourStops(document: WorkflowDocument): string[] {
  const order = runOrder(document);
  const types = new Map(document.nodes.map((node) => [node.id, node.type]));
  const first = (type: string) => order.find((id) => types.get(id) === type);
  const prompt = positivePrompt(document);
  const wanted = TOLD.map((type) => (type === "CLIPTextEncode" ? (prompt ?? first(type)) : first(type)));
  const others = order.filter((id) => !wanted.includes(id) && !TOLD.includes(types.get(id) ?? ""));
  const chosen = new Set([...wanted.filter((id) => id !== undefined), ...others].slice(0, TOLD.length));
  return order.filter((id) => chosen.has(id));
}
