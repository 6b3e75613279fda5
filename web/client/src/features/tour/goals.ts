/** What the card's entries do. */

import { toggleCollapsed } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { setSeedMode, setWidget } from "@/graph/commands/widgets";
import { nodeIndex, type WorkflowDocument } from "@/graph/document";
import { positivePrompt } from "@/graph/positivePrompt";
import { seedWidgets } from "@/graph/seedWidgets";
import { type Catalogue, widgetInputs } from "@/graph/spec";
import { runOrder } from "@/graph/walk";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument, run, seedKey, useWorkspace } from "@/state/workflow/workspace";

/** Nearer than this, nodes have their fields. */
const FIELDS_FROM = 0.6;
/** A node that was far away is drawn with its fields within a few frames; a busy machine takes more. */
const FRAMES = 120;

/** The prompt, with its words selected. */
export function changeWords(): void {
  const node = positivePrompt(currentDocument());
  if (node !== null) focusField(node, "text");
}

/** The seed stays what it was in the last run, and the steps are ready to be typed over. */
export function changeSteps(): void {
  const steps = stepsNode(currentDocument(), currentCatalogue());
  if (steps === null) return;
  keepSeeds();
  focusField(steps, "steps");
}

/** The first node, in the order of a run, that has steps to set; one with a seed before others. */
export function stepsNode(document: WorkflowDocument, catalogue: Catalogue): string | null {
  const nodes = nodeIndex(document);
  const typeOf = (id: string) => nodes.get(id)?.type ?? "";
  const having = runOrder(document).filter((id) => {
    const spec = catalogue.get(typeOf(id));
    return spec !== undefined && widgetInputs(spec).some(({ name }) => name === "steps");
  });
  return having.find((id) => seedWidgets(catalogue, typeOf(id)).length > 0) ?? having[0] ?? null;
}

function keepSeeds(): void {
  const document = currentDocument();
  const { lastSeeds } = useWorkspace.getState();
  const changes = document.nodes.flatMap((node) =>
    seedWidgets(currentCatalogue(), node.type).flatMap(({ name }) => {
      const last = lastSeeds[seedKey(node.id, name, document.inside?.definition.id)];
      const fixed = (node.seeds?.[name] ?? "fixed") === "fixed";
      return [
        ...(fixed ? [] : [setSeedMode(node.id, name, "fixed")]),
        ...(last === undefined || String(node.widgets[name]) === last ? [] : [setWidget(node.id, name, last)]),
      ];
    }),
  );
  if (changes.length > 0) run(several("edit", changes));
}

function focusField(node: string, widget: string): void {
  if (nodeIndex(currentDocument()).get(node)?.collapsed) run(toggleCollapsed([node]));
  if ((viewport()?.view().zoom ?? 1) < FIELDS_FROM) viewport()?.fit([node]);
  else viewport()?.reveal(node);
  focusWhenDrawn(`[data-node="${CSS.escape(node)}"] [data-widget="${CSS.escape(widget)}"]`, FRAMES);
}

function focusWhenDrawn(selector: string, frames: number): void {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector);
  if (field !== null) {
    field.focus({ preventScroll: true });
    field.select();
  } else if (frames > 0) requestAnimationFrame(() => focusWhenDrawn(selector, frames - 1));
}
