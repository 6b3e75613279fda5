/** Adding nodes from a panel, where the person looks. */

import type { Wire } from "@/graph/document";
import type { NodeSpec } from "@/graph/spec";
import { spliceOf } from "@/graph/splice";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import { placeNode, type Values } from "./placeNode";

/** What of a node lies left of and above the middle of the view. */
const BEFORE = { x: 120, y: 44 };

/**
 * Add a node of `spec` with these values at a point of the screen, into a wire there, or in the middle of the view.
 * Answers its id, or null where there is no view.
 */
export function addInView(
  spec: NodeSpec,
  values: Values = {},
  screen?: { x: number; y: number },
  into?: Wire,
): string | null {
  const view = viewport();
  if (view === null) return null;
  const [x, y] = screen === undefined ? view.centre().position : view.toCanvas(screen);
  const position: [number, number] = screen === undefined ? [x - BEFORE.x, y - BEFORE.y] : [x, y];
  return placeNode(
    spec,
    { screen: { x: 0, y: 0 }, position, loose: null, ...(into === undefined ? {} : { into }) },
    values,
  );
}

/** The wire at a point of the screen that a node of `spec` would go into; null for none. */
export function wireFor(spec: NodeSpec, screen: { x: number; y: number }): Wire | null {
  const fits = (wire: Wire) => spliceOf(currentDocument(), currentCatalogue(), wire, spec) !== null;
  return viewport()?.wiresAt(screen).find(fits) ?? null;
}
