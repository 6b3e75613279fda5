/** Nodes that will not run, since an input they need comes from a muted node: seen before Run is pressed. */

import { incomingWires, nodeIndex, outgoingWires, type WorkflowDocument } from "./document";
import { namedAt } from "./named";
import type { Catalogue } from "./spec";

/** The same while nothing is muted, so that who reads it need not draw anew. */
const NONE: ReadonlySet<string> = new Set();
const known = new WeakMap<WorkflowDocument, { catalogue: Catalogue; idle: ReadonlySet<string> }>();

/** Their ids on this canvas, the muted ones aside. Computed once a version of the document. */
export function idleNodes(document: WorkflowDocument, catalogue: Catalogue): ReadonlySet<string> {
  const before = known.get(document);
  if (before?.catalogue === catalogue) return before.idle;
  const muted = document.nodes.filter(({ mode }) => mode === "muted");
  const idle = muted.length === 0 ? NONE : follow(document, catalogue, new Set(muted.map(({ id }) => id)));
  known.set(document, { catalogue, idle });
  return idle;
}

/** From the muted nodes down, output by output: a bypassed node passes on what does not come, as it does values. */
function follow(document: WorkflowDocument, catalogue: Catalogue, muted: ReadonlySet<string>): ReadonlySet<string> {
  const nodes = nodeIndex(document);
  const idle = new Set<string>();
  const seen = new Set<string>();
  const waiting: { id: string; output?: string }[] = [...muted].map((id) => ({ id }));
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const key = JSON.stringify(at);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [id, input] of fedBy(document, at.id, at.output)) {
      const node = nodes.get(id);
      const spec = node === undefined ? undefined : catalogue.get(node.type);
      const socket = spec?.inputs.find(({ name }) => name === input);
      if (node === undefined || spec === undefined || socket === undefined || node.mode === "muted") continue;
      if (node.mode === "bypassed") {
        const wired = incomingWires(document, id);
        for (const { name, type } of spec.outputs) {
          const passed = spec.inputs.find((item) => item.type === type && wired.has(item.name));
          if (passed?.name === input) waiting.push({ id, output: name });
        }
      } else if (socket.required && socket.widget === null && !idle.has(id)) {
        idle.add(id);
        waiting.push({ id });
      }
    }
  }
  return idle;
}

/** The inputs of this canvas that an output feeds, or all outputs of a node: by wires and by names. */
function fedBy(document: WorkflowDocument, id: string, output?: string): readonly (readonly [string, string])[] {
  const drawn = outgoingWires(document, id).filter(({ from }) => output === undefined || from[1] === output);
  const names = [...namedAt(document, id).out].flatMap(([name, sent]) => ((output ?? name) === name ? sent : []));
  const called = (document.named ?? []).flatMap(({ name, to }) => (to && names.includes(name) ? [to] : []));
  return [...drawn.map(({ to }) => to), ...called];
}
