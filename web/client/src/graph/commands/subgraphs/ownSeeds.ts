/** Seeds of its own for an instance: those inside its sub-graph show on every instance, each with its own value and mode. */

import type { GraphNode, WorkflowDocument } from "../../document";
import type { Command } from "../../history";
import { seedWidgets } from "../../seedWidgets";
import { type Catalogue, defaultValue } from "../../spec";
import { isInstance, nodesOf, type Subgraph, subgraphOf } from "../../subgraphs";
import { promote } from "./faces";

/** Whether a sub-graph holds seeds, at any depth, that its instances do not show. */
export function hasHiddenSeeds(
  document: Pick<WorkflowDocument, "subgraphs">,
  catalogue: Catalogue,
  definition: Subgraph,
) {
  return hiddenSeeds(document, catalogue, definition).length > 0;
}

interface Hidden {
  node: GraphNode;
  /** The widget; null where the node is an instance that does not show the seed itself. */
  name: string | null;
}

function hiddenSeeds(
  document: Pick<WorkflowDocument, "subgraphs">,
  catalogue: Catalogue,
  definition: Subgraph,
): Hidden[] {
  const promoted = new Set(definition.widgets.map((item) => key(item.node, item.widget)));
  const wired = new Set((definition.wires ?? []).map(({ to }) => key(...to)));
  return nodesOf(definition).flatMap((node): Hidden[] => {
    const inner = subgraphOf(document, node.type);
    const shown = seedWidgets(catalogue, node.type)
      .map(({ name }) => name)
      .filter((name) => !promoted.has(key(node.id, name)) && !wired.has(key(node.id, name)))
      .map((name) => ({ node, name }));
    const deeper = inner !== undefined && hiddenSeeds(document, catalogue, inner).length > 0;
    return deeper ? [...shown, { node, name: null }] : shown;
  });
}

function key(node: string, name: string): string {
  return JSON.stringify([node, name]);
}

/** What to call the seed of a node, as its instances show it. */
export type NameSeed = (type: string, name: string) => string;

/**
 * Show every seed inside `definition` on its instances. All keep the seed they ran with, and `instance`, which stands
 * on the canvas of `holder` (undefined: the outermost), gets one of its own from `draw` where the seed was fixed.
 */
export function ownSeeds(
  catalogue: Catalogue,
  definition: string,
  instance: { id: string; holder: string | undefined },
  nameOf: NameSeed,
  draw: () => string,
): Command {
  return {
    label: "own_seeds",
    run(draft) {
      const root = draft.subgraphs?.find((item) => item.id === definition);
      if (root === undefined) return;
      const before = new Set(root.widgets.map((item) => item.id));
      showSeeds(draft, catalogue, root, nameOf);
      const { id, holder } = instance;
      const canvas = holder === undefined ? draft : draft.subgraphs?.find((item) => item.id === holder);
      const node = canvas?.nodes.find((item) => item.id === id);
      if (node === undefined) return;
      for (const item of root.widgets) {
        if (!before.has(item.id) && node.seeds?.[item.id] !== "random") node.widgets[item.id] = draw();
      }
    },
  };
}

/**
 * Show the seeds of a definition on its instances, those of the sub-graphs in it first; only those `wanted`. Answers all
 * that it shows then. Works on a draft.
 */
export function showSeeds(
  draft: WorkflowDocument,
  catalogue: Catalogue,
  definition: Subgraph,
  nameOf: NameSeed,
  wanted: (node: GraphNode, name: string) => boolean = () => true,
): ShownSeed[] {
  const wired = new Set((definition.wires ?? []).map(({ to }) => key(...to)));
  const all: ShownSeed[] = [];
  for (const node of nodesOf(definition)) {
    const inner = isInstance(node.type) ? subgraphOf(draft, node.type) : undefined;
    const seeds: ShownSeed[] =
      inner === undefined
        ? seedWidgets(catalogue, node.type).map(({ name, widget }) => ({
            id: name,
            name: nameOf(node.type, name),
            otherwise: String(defaultValue(widget)),
          }))
        : showSeeds(draft, catalogue, inner, nameOf, wanted);
    for (const { id: widget, name, otherwise } of seeds) {
      if (wired.has(key(node.id, widget)) || !wanted(node, widget)) continue;
      const value = node.widgets[widget] ?? otherwise;
      promote(definition.id, { node: node.id, widget, name, value, seed: node.seeds?.[widget] }).run(draft);
      const face = definition.widgets.find((item) => item.node === node.id && item.widget === widget);
      if (face !== undefined) all.push({ id: face.id, name: face.name, otherwise: String(value) });
    }
  }
  return all;
}

interface ShownSeed {
  id: string;
  name: string;
  /** The seed that runs where the node says nothing. */
  otherwise: string;
}
