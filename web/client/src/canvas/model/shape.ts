/** Sizes and socket heights of nodes, as arranging needs them. Computed once a version of a node and its type. */

import type { Shape } from "@/graph/boxes";
import type { GraphNode, WorkflowDocument } from "@/graph/document";
import type { NodeSpec } from "@/graph/spec";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import type { SocketPlace } from "./anatomy";
import { anatomyIn } from "./flowModel";

const known = new WeakMap<GraphNode, { spec: NodeSpec | undefined; shape: Shape }>();

/** The shape of a node of the open document. */
export function shapeOf(node: GraphNode, document: WorkflowDocument = currentDocument()): Shape {
  const spec = currentCatalogue().get(node.type);
  const before = known.get(node);
  if (before !== undefined && before.spec === spec) return before.shape;
  const { width, height, inputs, outputs } = anatomyIn(document, node, spec);
  const heights = (sockets: readonly SocketPlace[]) => new Map(sockets.map(({ name, y }) => [name, y]));
  const shape = { width, height, inputs: heights(inputs), outputs: heights(outputs) };
  // A node of unknown type has the sockets that its wires name: those change without the node.
  if (spec !== undefined) known.set(node, { spec, shape });
  return shape;
}

/** The same, as functions that take a node alone want it. */
export const shape = (node: GraphNode): Shape => shapeOf(node);
