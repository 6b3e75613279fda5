/** Strokes over the canvas with a key held: Ctrl and the right button, or Y, cut wires; Shift and the right button put dots on them; Ctrl+Alt draws a lasso. */

import { create } from "zustand";
import { shape } from "@/canvas/model/shape";
import { rerouteAcross } from "@/canvas/wires/reroute";
import { crosses, encloses, type Point, wireLine } from "@/canvas/wires/wirePath";
import { around, boxOf } from "@/graph/boxes";
import { disconnect } from "@/graph/commands/wires";
import { wireId } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import { speak } from "@/state/page/notices";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

type Kind = "cut" | "lasso" | "reroute";

/** The stroke under the hand, in screen pixels. */
export const useStroke = create<{ kind: Kind | null; points: readonly Point[] }>(() => ({ kind: null, points: [] }));

/** Points closer than this are one. */
const APART = 4;
let yHeld = false;

function kindOf(event: PointerEvent): Kind | null {
  const pane = event.target instanceof Element && event.target.closest(".react-flow__pane, [data-wires]") !== null;
  if (!pane || event.pointerType === "touch") return null;
  if (event.button === 2) {
    if (event.ctrlKey || event.metaKey) return "cut";
    return event.shiftKey ? "reroute" : null;
  }
  if (event.button !== 0) return null;
  if (yHeld) return "cut";
  return (event.ctrlKey || event.metaKey) && event.altKey ? "lasso" : null;
}

/** Listen for strokes on the canvas. Returns how to stop. */
export function listenForStrokes(canvas: HTMLElement): () => void {
  const begin = (event: PointerEvent) => {
    const kind = kindOf(event);
    if (kind === null) return;
    event.preventDefault();
    event.stopPropagation();
    follow(canvas, event, kind);
  };
  // A held letter is no command: it changes what the hand does.
  const onKey = (event: KeyboardEvent) => {
    if (event.code === "KeyY") yHeld = event.type === "keydown" && !event.ctrlKey && !event.metaKey && !writes(event);
  };
  const letGo = () => {
    yHeld = false;
  };
  // A press that is a stroke must not pan or box, which listen for the mouse.
  const swallow = (event: MouseEvent) => {
    if (useStroke.getState().kind !== null) event.stopPropagation();
  };
  canvas.addEventListener("pointerdown", begin, true);
  canvas.addEventListener("mousedown", swallow, true);
  addEventListener("keydown", onKey, true);
  addEventListener("keyup", onKey, true);
  addEventListener("blur", letGo);
  return () => {
    canvas.removeEventListener("pointerdown", begin, true);
    canvas.removeEventListener("mousedown", swallow, true);
    removeEventListener("keydown", onKey, true);
    removeEventListener("keyup", onKey, true);
    removeEventListener("blur", letGo);
  };
}

function writes(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
}

function follow(canvas: HTMLElement, down: PointerEvent, kind: Kind): void {
  useStroke.setState({ kind, points: [[down.clientX, down.clientY]] });
  const moved = (event: PointerEvent) => {
    const { points } = useStroke.getState();
    const last = points.at(-1);
    if (last !== undefined && Math.hypot(event.clientX - last[0], event.clientY - last[1]) < APART) return;
    useStroke.setState({ points: [...points, [event.clientX, event.clientY]] });
  };
  const stop = (event: Event) => {
    removeEventListener("pointermove", moved, true);
    removeEventListener("pointerup", stop, true);
    removeEventListener("pointercancel", stop, true);
    removeEventListener("keydown", onEscape, true);
    const { points } = useStroke.getState();
    useStroke.setState({ kind: null, points: [] });
    if (event.type === "pointerup" && points.length > 1) finish(kind, points, down.shiftKey);
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    stop(event);
  };
  addEventListener("pointermove", moved, true);
  addEventListener("pointerup", stop, true);
  addEventListener("pointercancel", stop, true);
  addEventListener("keydown", onEscape, true);
  if (down.button === 2) canvas.addEventListener("contextmenu", noMenu, { capture: true, once: true });
}

function noMenu(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function finish(kind: Kind, screen: readonly Point[], adds: boolean): void {
  const line = screen.flatMap(([x, y]): Point[] => {
    const point = viewport()?.toCanvas({ x, y });
    return point === undefined ? [] : [point];
  });
  if (kind === "cut") cut(line);
  else if (kind === "reroute") rerouteAcross(line.map(([x, y]) => [x, y]));
  else enclose(line, adds);
}

/** Cut every wire that the line crosses. */
function cut(line: readonly Point[]): void {
  const document = currentDocument();
  const reach = boundsOf(line);
  const gone = document.wires.filter((wire) => {
    if (reach === null) return false;
    const curve = wireLine(document, wire);
    const bounds = boundsOf(curve);
    return bounds !== null && overlap(bounds, reach) && crosses(line, curve);
  });
  if (gone.length === 0) return;
  run(disconnect(gone.map(wireId)));
  speak(t("wiring.cut", { count: gone.length }));
}

/** Select the nodes whose middles the line encloses. */
function enclose(line: readonly Point[], adds: boolean): void {
  const inside = currentDocument()
    .nodes.filter((node) => {
      const { x, y, width, height } = boxOf(node, shape);
      return encloses(line, [x + width / 2, y + height / 2]);
    })
    .map((node) => node.id);
  selectNodes(adds ? [...new Set([...useSelection.getState().nodes, ...inside])] : inside);
}

type Bounds = NonNullable<ReturnType<typeof around>>;

function boundsOf(line: readonly Point[]): Bounds | null {
  return around(line.map(([x, y]) => ({ x, y, width: 0, height: 0 })));
}

function overlap(a: Bounds, b: Bounds): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}
