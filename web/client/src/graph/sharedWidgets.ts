/** Widgets that several nodes have in common, by name and kind, so that they can be set at once. */

import { type GraphNode, incomingWires, type WorkflowDocument } from "./document";
import { namedAt } from "./named";
import { type Catalogue, defaultValue, type InputSpec, type Widget, type WidgetValue, widgetInputs } from "./spec";

export interface SharedWidget {
  input: InputSpec & { widget: Widget };
  /** The different values that the nodes hold; one when they agree. */
  values: readonly WidgetValue[];
}

/** In the order of the first node. Left out: seeds, whose mode is each node's own, and what a wire feeds. */
export function sharedWidgets(
  document: WorkflowDocument,
  catalogue: Catalogue,
  nodes: readonly GraphNode[],
): readonly SharedWidget[] {
  const inputsOf = (node: GraphNode) => {
    const spec = catalogue.get(node.type);
    return spec === undefined ? [] : widgetInputs(spec);
  };
  const [first] = nodes;
  if (first === undefined) return [];
  return inputsOf(first).flatMap((input): SharedWidget[] => {
    if (input.widget.kind === "integer" && input.widget.seed) return [];
    const values = new Map<string, WidgetValue>();
    for (const node of nodes) {
      const same = inputsOf(node).find(({ name, widget }) => name === input.name && alike(widget, input.widget));
      const fed = incomingWires(document, node.id).has(input.name) || namedAt(document, node.id).in.has(input.name);
      if (same === undefined || fed) return [];
      const value = node.widgets[input.name] ?? defaultValue(same.widget);
      values.set(JSON.stringify(value), value);
    }
    return [{ input, values: [...values.values()] }];
  });
}

/** Whether what one widget takes the other takes too. */
function alike(one: Widget, other: Widget): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === "integer" && other.kind === "integer") return limits(one) === limits(other) && !one.seed;
  if (one.kind === "number" && other.kind === "number") return limits(one) === limits(other);
  if (one.kind === "choice" && other.kind === "choice") return one.choices.join("\n") === other.choices.join("\n");
  if (one.kind === "file" && other.kind === "file") return one.root === other.root && one.folder === other.folder;
  return true;
}

function limits({ minimum, maximum }: { minimum: unknown; maximum: unknown }): string {
  return `${minimum} ${maximum}`;
}
