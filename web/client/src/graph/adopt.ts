/** Pieces of another workflow whose sub-graphs go by ids that stand for something else here. */

import { changesBetween } from "./changes";
import type { GraphNode } from "./document";
import type { Fragment } from "./fragment";
import { newId } from "./ids";
import { instanceType, nodesOf, type Subgraph } from "./subgraphs";

/**
 * The piece with fresh ids for those of its definitions that differ from what `here` has by the same id, and for those that
 * hold one of these. What is the same here is shared.
 */
export function adopt(here: readonly Subgraph[], piece: Fragment): Fragment {
  const coming = piece.subgraphs ?? [];
  const known = new Map(here.map((definition) => [definition.id, definition]));
  const fresh = new Map<string, string>();
  const types = new Map<string, string>();
  const differs = (definition: Subgraph) =>
    changesBetween(known.get(definition.id), definition).length > 0 ||
    nodesOf(definition).some((node) => types.has(node.type));
  for (let before = -1; before < fresh.size; ) {
    before = fresh.size;
    for (const definition of coming) {
      if (fresh.has(definition.id) || !known.has(definition.id) || !differs(definition)) continue;
      const id = newId();
      fresh.set(definition.id, id);
      types.set(instanceType(definition.id), instanceType(id));
    }
  }
  if (fresh.size === 0) return piece;
  const retyped = (node: GraphNode): GraphNode => ({ ...node, type: types.get(node.type) ?? node.type });
  return {
    ...piece,
    nodes: piece.nodes.map(retyped),
    subgraphs: coming.map((definition) => ({
      ...definition,
      id: fresh.get(definition.id) ?? definition.id,
      nodes: nodesOf(definition).map(retyped),
    })),
  };
}
