/** Adding nodes from a panel, where the person looks. */

import type { NodeSpec } from "@/graph/spec";
import { viewport } from "@/state/viewport";
import { placeNode, type Values } from "./placeNode";

/** What of a node lies left of and above the middle of the view. */
const BEFORE = { x: 120, y: 44 };

/** Add a node of `spec` with these values at a point of the screen, or in the middle of the view. */
export function addInView(spec: NodeSpec, values: Values = {}, screen?: { x: number; y: number }): void {
  const view = viewport();
  if (view === null) return;
  const [x, y] = screen === undefined ? view.centre().position : view.toCanvas(screen);
  const position: [number, number] = screen === undefined ? [x - BEFORE.x, y - BEFORE.y] : [x, y];
  placeNode(spec, { screen: { x: 0, y: 0 }, position, loose: null }, values);
}
