import { setWidget } from "@/graph/commands/widgets";
import { nodeIndex } from "@/graph/document";
import { defaultValue, type Widget, type WidgetValue } from "@/graph/spec";
import { run, useWorkspace } from "@/state/workspace";

/** A widget's value, by its default while none is set, and how to set it. */
export function useWidgetValue(
  node: string,
  name: string,
  widget: Widget,
): [WidgetValue, (value: WidgetValue) => void] {
  const value = useWorkspace((state) => nodeIndex(state.history.document).get(node)?.widgets[name]);
  return [value ?? defaultValue(widget), (next) => run(setWidget(node, name, next))];
}
