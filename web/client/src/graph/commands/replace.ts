/** Putting something that is here in the place of what is missing. */

import { typesFit } from "../connect";
import { nodeIndex, type Wire, type WorkflowDocument } from "../document";
import type { Command } from "../history";
import type { Catalogue, NodeSpec } from "../spec";

/** Give nodes another type. Wires go by socket name, else by type to the first free socket; values stay by name. */
export function replaceType(ids: readonly string[], type: string, catalogue: Catalogue): Command {
  const chosen = new Set(ids);
  return {
    label: "replace",
    run(draft) {
      const spec = catalogue.get(type);
      if (spec === undefined) return;
      const wires = draft.wires.flatMap((wire) => fitted(draft, wire, chosen, spec, catalogue));
      const taken = new Set<string>();
      draft.wires = wires.filter((wire) => {
        const key = JSON.stringify(wire.to);
        if (taken.has(key)) return false;
        taken.add(key);
        return true;
      });
      for (const node of draft.nodes) if (chosen.has(node.id)) node.type = type;
    },
  };
}

/** Use another file in these places. */
export function replaceFile(uses: readonly { node: string; widget: string }[], file: string): Command {
  return {
    label: "replace",
    run(draft) {
      const nodes = new Map(draft.nodes.map((node) => [node.id, node]));
      for (const { node, widget } of uses) {
        const found = nodes.get(node);
        if (found !== undefined) found.widgets[widget] = file;
      }
    },
  };
}

function fitted(
  draft: WorkflowDocument,
  wire: Wire,
  chosen: ReadonlySet<string>,
  spec: NodeSpec,
  catalogue: Catalogue,
): Wire[] {
  let { from, to } = wire;
  if (chosen.has(to[0]) && !spec.inputs.some((input) => input.name === to[1])) {
    const source = specOf(draft, from[0], chosen, spec, catalogue)?.outputs.find((output) => output.name === from[1]);
    const used = new Set(draft.wires.filter((item) => item.to[0] === to[0]).map((item) => item.to[1]));
    const input = spec.inputs.find(
      (item) => item.widget === null && !used.has(item.name) && typesFit(source?.type ?? "*", item.type),
    );
    if (input === undefined) return [];
    to = [to[0], input.name];
  }
  if (chosen.has(from[0]) && !spec.outputs.some((output) => output.name === from[1])) {
    const target = specOf(draft, to[0], chosen, spec, catalogue)?.inputs.find((input) => input.name === to[1]);
    const output = spec.outputs.find((item) => typesFit(item.type, target?.type ?? "*"));
    if (output === undefined) return [];
    from = [from[0], output.name];
  }
  return [from === wire.from && to === wire.to ? wire : { ...wire, from, to }];
}

function specOf(
  draft: WorkflowDocument,
  id: string,
  chosen: ReadonlySet<string>,
  spec: NodeSpec,
  catalogue: Catalogue,
) {
  return chosen.has(id) ? spec : catalogue.get(nodeIndex(draft).get(id)?.type ?? "");
}
