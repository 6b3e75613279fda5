import { addToForm } from "@/graph/commands/form";
import { incomingWires, nodeIndex } from "@/graph/document";
import { type FormItem, makesPictures } from "@/graph/form";
import { widgetInputs } from "@/graph/spec";
import { t } from "@/i18n/i18n";
import type { Command } from "@/state/commands/command";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, runOnDocument, useWorkspace } from "@/state/workflow/workspace";
import { flip, isForm } from "./flip";

/** What the selected nodes can show in a form: widgets that no wire feeds, and results. */
function selectedItems(): FormItem[] {
  const document = currentDocument();
  const nodes = nodeIndex(document);
  return useSelection.getState().nodes.flatMap((id): FormItem[] => {
    const node = nodes.get(id);
    const spec = node === undefined ? undefined : currentCatalogue().get(node.type);
    if (spec === undefined) return [];
    const wired = incomingWires(document, id);
    const free = widgetInputs(spec).filter((input) => !wired.has(input.name));
    const fields = free.map((input): FormItem => ({ kind: "field", node: id, widget: input.name }));
    return makesPictures(spec) ? [{ kind: "output", node: id }, ...fields] : fields;
  });
}

export const formCommands: readonly Command[] = [
  {
    id: "form.flip",
    title: "form.open",
    group: "panels",
    keys: ["Mod+Shift+F", "Mod+Shift+A"],
    scope: "page",
    checked: isForm,
    run: flip,
  },
  {
    id: "form.add",
    title: "form.show_in",
    group: "edit",
    scope: "canvas",
    when: () => useWorkspace.getState().path.length === 0 && selectedItems().length > 0,
    run: () => {
      runOnDocument(addToForm(selectedItems()));
      notify("info", t("form.added"), { label: t("form.open"), act: flip });
    },
  },
];
