/** A finger that rests on a node, a frame or the canvas asks for the menu. */

import { openCanvasMenu, openNodeMenu } from "@/state/canvas/nodeMenu";

const REST_MS = 500;
const STILL = 8;

/** Listen for resting fingers. Returns how to stop. */
export function listenForLongPress(canvas: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = { x: 0, y: 0 };
  let opened = false;
  const cancel = () => clearTimeout(timer);
  const down = (event: PointerEvent) => {
    cancel();
    opened = false;
    const { target } = event;
    if (event.pointerType !== "touch" || !event.isPrimary || !(target instanceof Element)) return;
    if (target.closest("input, textarea, select, button") !== null) return;
    start = { x: event.clientX, y: event.clientY };
    const node = target.closest<HTMLElement>(".react-flow__node")?.dataset.id;
    const pane = target.closest(".react-flow__pane") !== null;
    timer = setTimeout(() => {
      opened = node !== undefined || pane;
      if (node !== undefined) openNodeMenu({ node, ...start });
      else if (pane) openCanvasMenu(start);
    }, REST_MS);
  };
  const move = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL) cancel();
  };
  /** The finger that opened a menu leaves: that is no click, which would close it. */
  const lift = (event: TouchEvent) => {
    if (opened && event.cancelable) event.preventDefault();
    opened = false;
  };
  canvas.addEventListener("touchend", lift, { capture: true, passive: false });
  canvas.addEventListener("pointerdown", down, true);
  canvas.addEventListener("pointermove", move, true);
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, cancel, true);
  return () => {
    cancel();
    canvas.removeEventListener("touchend", lift, true);
    canvas.removeEventListener("pointerdown", down, true);
    canvas.removeEventListener("pointermove", move, true);
    for (const end of ["pointerup", "pointercancel"]) canvas.removeEventListener(end, cancel, true);
  };
}
