/** Which nodes tell a newcomer how a picture comes about. */

import type { WorkflowDocument } from "./document";
import { positivePrompt } from "./positivePrompt";
import { runOrder } from "./walk";

/** What a picture takes; of each, the first in a workflow is shown. */
const STOPS: readonly string[] = ["CheckpointLoaderSimple", "CLIPTextEncode", "KSampler", "VAEDecode", "SaveImage"];

/** The nodes to stop at, five at most, in the order of a run. A workflow without these types shows others. */
export function tourStops(document: WorkflowDocument): string[] {
  const order = runOrder(document);
  const types = new Map(document.nodes.map((node) => [node.id, node.type]));
  const first = (type: string) => order.find((id) => types.get(id) === type);
  const prompt = positivePrompt(document);
  const wanted = STOPS.map((type) => (type === "CLIPTextEncode" ? (prompt ?? first(type)) : first(type)));
  const others = order.filter((id) => !wanted.includes(id) && !STOPS.includes(types.get(id) ?? ""));
  const chosen = new Set([...wanted.filter((id) => id !== undefined), ...others].slice(0, STOPS.length));
  return order.filter((id) => chosen.has(id));
}
