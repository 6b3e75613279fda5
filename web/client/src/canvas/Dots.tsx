import { ViewportPortal } from "@xyflow/react";
import styles from "./Canvas.module.css";

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

/** Put the dots where the view `[x, y, zoom]` has them. */
export function paintDots(canvas: HTMLElement, [x, y, zoom]: readonly [number, number, number]): void {
  const dots = canvas.querySelector<HTMLElement>("[data-dots]");
  if (dots === null) return;
  let gap = GAP * zoom;
  while (gap < NEAREST) gap *= 2;
  dots.style.backgroundPosition = `${x - gap / 2}px ${y - gap / 2}px`;
  dots.style.backgroundSize = `${gap}px ${gap}px`;
  dots.style.setProperty("--dot", `${Math.max(0.6, zoom)}px`);
}
