/**
 * The view under a moving hand. A pan or a turn of the wheel moves the picture at once, by one style; React Flow's store,
 * to which every node and wire listens, hears of it a few times a second and when the hand rests. With 1,000 nodes that is
 * the difference between two and twenty milliseconds a frame.
 */

import { useStoreApi, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useMemo } from "react";
import { Away } from "./away";
import { paintDots } from "./Dots";

/** How long nodes that come into view may stay without their controls. */
const STORE_MS = 120;
/** React Flow leaves its store to the page once it is given a view; this one never changes, so it is never followed. */
const HANDED_OVER: Viewport = { x: 0, y: 0, zoom: 1 };

type Store = ReturnType<typeof useStoreApi>;

/** Props for `<ReactFlow>`, and a way to have the store say where the view is now. */
export function useLiveView(canvas: React.RefObject<HTMLElement | null>) {
  const store = useStoreApi();
  const live = useMemo(() => new LiveView(store), [store]);
  useEffect(() => (canvas.current === null ? undefined : live.listen(canvas.current)), [canvas, live]);
  const onViewportChange = useCallback((view: Viewport) => live.move(view), [live]);
  return { viewport: HANDED_OVER, onViewportChange };
}

class LiveView {
  private canvas: HTMLElement | null = null;
  private pending: Viewport | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Set while a turn of the wheel is being dispatched. */
  private wheel = false;

  constructor(private readonly store: Store) {}

  /** React Flow has a new view, from a hand or from the page. */
  move(view: Viewport): void {
    this.pending = view;
    // Whoever moved the view otherwise may read it the next moment.
    if (!this.wheel && !this.store.getState().paneDragging) {
      this.settle();
      return;
    }
    this.paint(view);
    this.timer ??= setTimeout(this.settle, STORE_MS);
  }

  /** Tell the store where the view is. */
  readonly settle = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const view = this.pending;
    this.pending = null;
    if (view !== null) this.store.setState({ transform: [view.x, view.y, view.zoom] });
  };

  /** As React Flow draws the view, so that it finds nothing to do. */
  private paint({ x, y, zoom }: Viewport): void {
    const drawn = this.canvas?.querySelector<HTMLElement>(".react-flow__viewport");
    if (drawn === null || drawn === undefined || this.canvas === null) return;
    drawn.style.transform = `translate(${x}px,${y}px) scale(${zoom})`;
    paintDots(this.canvas, [x, y, zoom]);
  }

  listen(canvas: HTMLElement): () => void {
    this.canvas = canvas;
    const onWheel = () => {
      this.wheel = true;
      queueMicrotask(() => requestAnimationFrame(() => (this.wheel = false)));
    };
    paintDots(canvas, this.store.getState().transform);
    const away = new Away(canvas);
    let later: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(later);
      later = undefined;
      away.hide(this.store.getState());
    };
    const stop = this.store.subscribe((state, before) => {
      if (state.transform !== before.transform) {
        paintDots(canvas, state.transform);
        look();
      } else if (LAID_OUT_BY.some((key) => state[key] !== before[key])) {
        // A drag changes this at every move, and what it drags is in view.
        later ??= setTimeout(look, STORE_MS);
      }
    });
    canvas.addEventListener("wheel", onWheel, { capture: true, passive: true });
    for (const type of SETTLING) addEventListener(type, this.settle, true);
    return () => {
      stop();
      clearTimeout(later);
      this.settle();
      canvas.removeEventListener("wheel", onWheel, true);
      for (const type of SETTLING) removeEventListener(type, this.settle, true);
    };
  }
}

/** What else decides what is in view. */
const LAID_OUT_BY = ["nodes", "edges", "width", "height"] as const;
/** What a person does next may ask where things are. */
const SETTLING = ["pointerdown", "pointerup", "keydown", "drop", "contextmenu"] as const;
