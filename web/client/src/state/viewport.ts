/** What the rest of the page may ask of the view. The canvas puts its hands here while it is on the page. */

export interface ViewportControl {
  /** Show all nodes, or these. */
  fit(nodes?: readonly string[]): void;
  zoom(direction: 1 | -1): void;
  reset(): void;
  /** The middle of the view, on the screen and on the canvas. */
  centre(): { screen: { x: number; y: number }; position: [number, number] };
  /** The canvas point under a screen point. */
  toCanvas(screen: { x: number; y: number }): [number, number];
}

let current: ViewportControl | null = null;

export function setViewport(control: ViewportControl | null): void {
  current = control;
}

export function viewport(): ViewportControl | null {
  return current;
}
