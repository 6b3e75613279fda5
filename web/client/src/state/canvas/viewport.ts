/** What the rest of the page may ask of the view. The canvas puts its hands here while it is on the page. */

import type { ShapeOf } from "@/graph/boxes";
import type { View, Wire } from "@/graph/document";

export interface ViewportControl {
  /** Show all nodes, or these. */
  fit(nodes?: readonly string[]): void;
  zoom(direction: 1 | -1): void;
  reset(): void;
  /** Move what is seen by so many screen pixels, at once. */
  pan(dx: number, dy: number): void;
  /** The middle of the view, on the screen and on the canvas. */
  centre(): { screen: { x: number; y: number }; position: [number, number] };
  /** The canvas point under a screen point. */
  toCanvas(screen: { x: number; y: number }): [number, number];
  /** The screen point over a canvas point. */
  toScreen(position: readonly [number, number]): { x: number; y: number };
  /** The wires under a screen point, the nearest first; none where a node lies over them. */
  wiresAt(screen: { x: number; y: number }): readonly Wire[];
  /** Where the view is, and going to another. */
  view(): View;
  go(view: View): void;
  /** Bring a node into view where it is hidden; the view stays when it is not. */
  reveal(node: string): void;
  /** Select a node that was just added, and give it the keyboard once it is drawn. */
  focus(node: string): void;
  /** How large a node is drawn, and where its sockets are. */
  shapeOf: ShapeOf;
}

let current: ViewportControl | null = null;

export function setViewport(control: ViewportControl | null): void {
  current = control;
}

export function viewport(): ViewportControl | null {
  return current;
}
