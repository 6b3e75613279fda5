import { ViewportPortal } from "@xyflow/react";
import styles from "@/canvas/Canvas.module.css";
import { HandMove } from "./handMove";

const GAP = 24;
/** Dots nearer to each other than this are a grey: from afar, fewer are drawn. */
const NEAREST = 16;

/** The dots of the empty canvas. They follow the view without React: see `useLiveView`. */
export function Dots() {
  return <div className={styles.dots} data-dots />;
}

/** Under everything on the canvas, unseen, while a hand moves all of it: see `useLiveView`. */
export function Ground() {
  return (
    <ViewportPortal>
      <div className={styles.ground} data-ground />
    </ViewportPortal>
  );
}

/** How far the dots reach beyond the canvas: more than any gap, so that they can be moved instead of painted. */
const BEYOND = 100;
/** Where they were painted last, and the hand that has moved them since. */
const painted = new WeakMap<HTMLElement, { view: View; hand: HandMove }>();

type View = readonly [x: number, y: number, zoom: number];

/** Put the dots where the view has them. `lifted`: the zoom stays, and they move on a layer of their own. */
export function paintDots(dots: HTMLElement, view: View, lifted: boolean): void {
  const [x, y, zoom] = view;
  let gap = GAP * zoom;
  while (gap < NEAREST) gap *= 2;
  const before = painted.get(dots);
  if (lifted && before?.view[2] === zoom) {
    before.hand.put(`translate(${(x - before.view[0]) % gap}px, ${(y - before.view[1]) % gap}px)`);
    return;
  }
  const hand = before?.hand ?? new HandMove(dots);
  hand.end();
  painted.set(dots, { view, hand });
  dots.style.backgroundPosition = `${x - gap / 2 + BEYOND}px ${y - gap / 2 + BEYOND}px`;
  dots.style.backgroundSize = `${gap}px ${gap}px`;
  dots.style.setProperty("--dot", `${Math.max(0.6, zoom)}px`);
}
