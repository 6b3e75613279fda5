import { useContext } from "react";
import { setWidgets } from "@/graph/commands/widgets";
import { nodeIndex } from "@/graph/document";
import { defaultValue, type Widget, type WidgetValue } from "@/graph/spec";
import { run, shown, useWorkspace } from "@/state/workflow/workspace";
import { Together } from "./together";

/** A widget's value, by its default while none is set, and how to set it. */
export function useWidgetValue(
  node: string,
  name: string,
  widget: Widget,
): [WidgetValue, (value: WidgetValue) => void] {
  const value = useWorkspace((state) => nodeIndex(shown(state)).get(node)?.widgets[name]);
  const others = useContext(Together);
  return [value ?? defaultValue(widget), (next) => run(setWidgets([node, ...others], name, next))];
}
