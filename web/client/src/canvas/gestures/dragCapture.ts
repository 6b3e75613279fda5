/**
 * While a hand pans or drags nodes, the pointer is captured. A browser then need not look what lies under it at every
 * move, and among thousands of wires that look costs more than the drag.
 */

/** Movement below this is a click, whose target must stay what was pressed. */
const SLACK = 4;
/** What has a drag of its own: controls, sockets, text. */
const OWN = "input, textarea, select, button, [contenteditable], [draggable], .nodrag, .react-flow__handle";

/** Capture the mouse for drags that begin in `canvas`. Returns how to stop. */
export function captureDrags(canvas: HTMLElement): () => void {
  let pressed: { holder: Element; x: number; y: number } | null = null;
  const onDown = (event: PointerEvent) => {
    const target = event.target as Element;
    const holder = target.closest(".react-flow__node, .react-flow__pane") ?? canvas.querySelector(".react-flow__pane");
    const plain = event.pointerType === "mouse" && target.closest(OWN) === null;
    pressed = plain && holder !== null ? { holder, x: event.clientX, y: event.clientY } : null;
  };
  const onMove = (event: PointerEvent) => {
    if (pressed === null) return;
    if (event.buttons === 0) pressed = null;
    else if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) >= SLACK) {
      const { holder } = pressed;
      pressed = null;
      if (holder.isConnected && !holder.hasPointerCapture(event.pointerId)) holder.setPointerCapture(event.pointerId);
    }
  };
  canvas.addEventListener("pointerdown", onDown, true);
  canvas.addEventListener("pointermove", onMove, true);
  return () => {
    canvas.removeEventListener("pointerdown", onDown, true);
    canvas.removeEventListener("pointermove", onMove, true);
  };
}
