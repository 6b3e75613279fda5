/**
 * Random seeds inside a sub-graph, drawn for each of its instances. What is sent to run shows them on the instances, as
 * nothing else gives two of them different values; the open document stays as it is.
 */

import { canvases, instancesOn } from "./commands/subgraphs/faces";
import { showSeeds } from "./commands/subgraphs/ownSeeds";
import type { GraphNode, WorkflowDocument } from "./document";
import { randomSeed } from "./seedWidgets";
import type { Catalogue } from "./spec";
import { nodesOf, subgraphsOf } from "./subgraphs";

/** The document in which every instance but the first has its own draw of each random seed inside. */
export function withSeedsApart(open: WorkflowDocument, catalogue: Catalogue): WorkflowDocument {
  if (!subgraphsOf(open).some((item) => nodesOf(item).some(isRandom))) return open;
  const document = structuredClone(open);
  const definitions = subgraphsOf(document).filter(({ id }) => uses(document, id) > 1);
  const before = new Map(definitions.map((item) => [item, new Set(item.widgets.map(({ id }) => id))]));
  for (const definition of definitions) {
    showSeeds(
      document,
      catalogue,
      definition,
      (_, name) => name,
      (node, name) => node.seeds?.[name] === "random",
    );
  }
  for (const [definition, known] of before) {
    const [first, ...others] = canvases(document).flatMap((canvas) => instancesOn(canvas, definition.id));
    for (const { id } of definition.widgets.filter((item) => !known.has(item.id))) {
      // The first keeps to what is drawn inside, which the page remembers as the last one used.
      if (first !== undefined) forget(first, id);
      for (const node of others) {
        forget(node, id);
        node.widgets[id] = randomSeed();
      }
    }
  }
  return document;
}

/** How many times a run has a sub-graph: once for every instance, as often as the sub-graph is that holds it. */
function uses(document: WorkflowDocument, id: string, within: ReadonlySet<string> = new Set()): number {
  if (within.has(id)) return 0;
  const inside = new Set([...within, id]);
  return subgraphsOf(document).reduce((sum, holder) => {
    const placed = instancesOn(holder, id).length;
    return placed === 0 ? sum : sum + placed * uses(document, holder.id, inside);
  }, instancesOn(document, id).length);
}

function isRandom({ seeds }: GraphNode): boolean {
  return Object.values(seeds ?? {}).includes("random");
}

function forget(node: GraphNode, id: string): void {
  delete node.widgets[id];
  delete node.seeds?.[id];
}
