/** Gives the page hands on the view, and fits the view when a document is opened. */

import { type ReactFlowInstance, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { nodeIndex } from "@/graph/document";
import { currentCatalogue, useCatalogue } from "@/state/catalogue";
import { setViewport, type ViewportControl } from "@/state/viewport";
import { currentDocument, useWorkspace } from "@/state/workspace";
import { anatomyIn } from "./flowModel";

type Store = ReturnType<typeof useStoreApi>;

const GLIDE_MS = 220;
const PADDING = 24;

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
      const { x, y } = flow.screenToFlowPosition(screen);
      return [x, y];
    };
    setViewport({
      fit: (nodes) => show(flow, store, duration(), nodes),
      zoom: (direction) => void (direction > 0 ? flow.zoomIn : flow.zoomOut)({ duration: duration() }),
      reset: () => void flow.zoomTo(1, { duration: duration() }),
      centre: () => ({ screen: centre(), position: toCanvas(centre()) }),
      toCanvas,
    });

    return () => setViewport(null);
  }, [flow, store]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `opened` is the signal, not a value that is read
  useEffect(() => {
    if (!loaded) return;
    const frame = requestAnimationFrame(() => show(flow, store, 0));
    return () => cancelAnimationFrame(frame);
  }, [opened, loaded, flow, store]);
}

/** A large screen may show a small graph larger than life; elsewhere 100 % is the closest that fitting goes. */
function closest(width: number): number {
  return width >= 1600 ? 1.5 : 1;
}

/** Move the view so that these nodes, or all, fill it; never closer than is pleasant. */
function show(flow: ReactFlowInstance, store: Store, duration: number, nodes?: readonly string[]): void {
  const box = boundsOf(nodes);
  const { width, height } = store.getState();
  if (box === null || width === 0) return;
  const fits = Math.min(closest(width), (width - 2 * PADDING) / box.width, (height - 2 * PADDING) / box.height);
  const zoom = Math.max(fits, 0.05);
  const x = Math.round((width - box.width * zoom) / 2 - box.x * zoom);
  const y = Math.round((height - box.height * zoom) / 2 - box.y * zoom);
  void flow.setViewport({ x, y, zoom }, { duration });
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
    for (const { bounds, note } of document.frames) {
      const caption = note === "" ? 0 : CAPTION;
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
