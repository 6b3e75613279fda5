/** Gives the page hands on the view, and fits the view when a document is opened. */

import { type ReactFlowInstance, useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { useEffect } from "react";
import { focusNode } from "@/canvas/keyboard/useFocusWalk";
import { anatomyIn } from "@/canvas/model/flowModel";
import { shape } from "@/canvas/model/shape";
import { wiresNear } from "@/canvas/wires/wirePath";
import { boxOf, covers } from "@/graph/boxes";
import { isComment } from "@/graph/comments";
import { nodeIndex, type Wire } from "@/graph/document";
import { setViewport, type ViewportControl } from "@/state/canvas/viewport";
import { currentCatalogue, useCatalogue } from "@/state/nodes/catalogue";
import { currentDocument, useWorkspace } from "@/state/workflow/workspace";

type Store = ReturnType<typeof useStoreApi>;

/** How each canvas was left: who comes back out of a sub-graph finds the view as it was. */
const views = new Map<string, Viewport>();

const GLIDE_MS = 220;
const PADDING = 24;
const NARROW = 8;
/** Less of the canvas than this is no place to show anything. */
const LEAST = 240;
/** How near a wire must be, on the screen, for what is dropped to be meant for it. */
const WIRE_REACH = 16;

export function useViewportControl(): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const opened = useWorkspace((state) => state.opened);
  const loaded = useCatalogue((state) => state.loaded);

  useEffect(() => {
    const duration = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : GLIDE_MS);
    const centre = () => {
      const bounds = store.getState().domNode?.getBoundingClientRect() ?? new DOMRect();
      return { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
    };
    const toCanvas: ViewportControl["toCanvas"] = (screen) => {
      const { x, y } = flow.screenToFlowPosition(screen, { snapToGrid: false });
      return [x, y];
    };
    setViewport({
      fit: (nodes) => show(flow, store, duration(), nodes),
      zoom: (direction) => void (direction > 0 ? flow.zoomIn : flow.zoomOut)({ duration: duration() }),
      reset: () => void flow.zoomTo(1, { duration: duration() }),
      pan: (dx, dy) => {
        const { x, y, zoom } = flow.getViewport();
        void flow.setViewport({ x: x + dx, y: y + dy, zoom });
      },
      centre: () => ({ screen: centre(), position: toCanvas(centre()) }),
      toCanvas,
      toScreen: ([x, y]) => flow.flowToScreenPosition({ x, y }),
      wiresAt: (screen) => wiresAt(toCanvas(screen), flow.getZoom()),
      shapeOf: shape,
      view: () => flow.getViewport(),
      go: (view) => void flow.setViewport(view, { duration: duration() }),
      reveal: (node) => reveal(flow, store, duration(), node),
      // The document reaches the canvas in one frame and the page in the next.
      focus: (node) => requestAnimationFrame(() => requestAnimationFrame(() => focusNode(node))),
    });

    return () => setViewport(null);
  }, [flow, store]);

  useEffect(() => {
    if (!loaded) return;
    const { path, view } = useWorkspace.getState();
    const place = `${opened} ${JSON.stringify(path)}`;
    // A workflow that was parked or read from a draft says itself where it was looked at.
    const before = views.get(place) ?? view ?? undefined;
    if (view !== null) useWorkspace.setState({ view: null });
    let placed = false;
    let frame = requestAnimationFrame(function settle() {
      // A canvas that has just been put on the page does not know its size yet.
      if (store.getState().width === 0) {
        frame = requestAnimationFrame(settle);
        return;
      }
      placed = true;
      if (before === undefined) show(flow, store, 0);
      else void flow.setViewport(before);
    });
    return () => {
      cancelAnimationFrame(frame);
      if (placed) views.set(place, flow.getViewport());
    };
  }, [opened, loaded, flow, store]);
}

/** The wires under a point of the canvas that no node hides. */
function wiresAt(point: [number, number], zoom: number): Wire[] {
  const document = currentDocument();
  const hidden = document.nodes.some((node) => covers(boxOf(node, shape), point));
  return hidden ? [] : wiresNear(document, point, WIRE_REACH / zoom);
}

/** A large screen may show a small graph larger than life; elsewhere 100 % is the closest that fitting goes. */
function closest(width: number): number {
  return width >= 1600 ? 1.5 : 1;
}

/** Move the view so that these nodes, or all, fill what panels leave of it; never closer than is pleasant. */
function show(flow: ReactFlowInstance, store: Store, duration: number, nodes?: readonly string[]): void {
  const box = boundsOf(nodes);
  const area = clearArea(store);
  if (box === null || area === null) return;
  const { width, height } = area;
  const fits = (margin: number) => Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height);
  // Sharp at 100 % with a narrow margin is better than a little smaller with a wide one.
  const most = closest(store.getState().width);
  const zoom = fits(NARROW) >= 1 && fits(PADDING) < 1 ? 1 : Math.max(Math.min(most, fits(PADDING)), 0.05);
  const x = Math.round(area.x + (width - box.width * zoom) / 2 - box.x * zoom);
  const y = Math.round(area.y + (height - box.height * zoom) / 2 - box.y * zoom);
  void flow.setViewport({ x, y, zoom }, { duration });
}

/** Pan just so far that a node is seen whole. One larger than the view shows its upper left corner. */
function reveal(flow: ReactFlowInstance, store: Store, duration: number, node: string): void {
  const box = boundsOf([node]);
  const area = clearArea(store);
  if (box === null || area === null) return;
  const { x, y, zoom } = flow.getViewport();
  const along = (start: number, size: number, room: number) => {
    if (start < PADDING || size > room - 2 * PADDING)
      return start < PADDING || start > room - PADDING ? PADDING - start : 0;
    return Math.min(0, room - PADDING - start - size);
  };
  const dx = along(box.x * zoom + x - area.x, box.width * zoom, area.width);
  const dy = along(box.y * zoom + y - area.y, box.height * zoom, area.height);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration });
}

/** What is seen of the canvas beside the panels that lie over it, from its own corner; null before it has a size. */
function clearArea(store: Store): DOMRect | null {
  const { width, height, domNode } = store.getState();
  if (width === 0 || domNode === null) return null;
  const whole = domNode.getBoundingClientRect();
  let { left, right, bottom } = whole;
  for (const panel of document.querySelectorAll('[data-panel][data-docked="false"]')) {
    const over = panel.getBoundingClientRect();
    if (over.height < whole.height / 2 + NARROW) bottom = Math.min(bottom, over.top);
    else if (over.left <= whole.left) left = Math.max(left, over.right);
    else right = Math.min(right, over.left);
  }
  // Where panels take nearly all, as on a phone, they are about to be closed.
  if (right - left < LEAST || bottom - whole.top < LEAST) return new DOMRect(0, 0, width, height);
  return new DOMRect(left - whole.left, 0, right - left, bottom - whole.top);
}

/** Room for a note under its frame, beside the padding. */
const CAPTION = 24;

/** The box around nodes (all of them, with frames, unless some are named), or null when there are none. */
function boundsOf(ids?: readonly string[]): { x: number; y: number; width: number; height: number } | null {
  const document = currentDocument();
  const index = nodeIndex(document);
  const chosen = ids === undefined ? document.nodes : ids.flatMap((id) => index.get(id) ?? []);
  const boxes = chosen.map((node) => {
    const { width, height } = anatomyIn(document, node, currentCatalogue().get(node.type));
    return [node.position[0], node.position[1], node.position[0] + width, node.position[1] + height] as const;
  });
  if (ids === undefined) {
    for (const frame of document.frames) {
      const { bounds, note } = frame;
      const caption = note === "" || isComment(frame) ? 0 : CAPTION;
      boxes.push([bounds[0], bounds[1], bounds[0] + bounds[2], bounds[1] + bounds[3] + caption]);
    }
  }
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box[0]));
  const y = Math.min(...boxes.map((box) => box[1]));
  const right = Math.max(...boxes.map((box) => box[2]));
  const bottom = Math.max(...boxes.map((box) => box[3]));
  return { x, y, width: right - x, height: bottom - y };
}
