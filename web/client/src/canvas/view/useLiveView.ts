/**
 * The view under a moving hand. A pan or a turn of the wheel moves the picture at once, by one style; React Flow's store,
 * to which every node listens, hears of it a few times a second and when the hand rests; then, what is in view is looked at.
 */

import { useStoreApi, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useMemo } from "react";
import { LiveDrag } from "@/canvas/drag/liveDrag";
import { Away, type View } from "./away";
import { paintDots } from "./Dots";
import { useKeyboardHolder } from "./detail";
import { HandMove } from "./handMove";
import { Pace } from "./pace";

/** How long nodes that come into view may stay without their controls. */
const STORE_MS = 120;
/** The hand has come to rest when it has not moved the view for so long. */
const REST_MS = 120;
/** What the look at what is in view may take of a frame: with a hand at work, and without. */
const BUDGET_MS = { moving: 4, still: 10 };
/** A zoom that has changed by more than this between two looks, as a logarithm, will be another level's in a moment. */
const PASSING = 0.2;
/** React Flow leaves its store to the page once it is given a view; this one never changes, so it is never followed. */
const HANDED_OVER: Viewport = { x: 0, y: 0, zoom: 1 };

type Store = ReturnType<typeof useStoreApi>;

/** Props for `<ReactFlow>`, and a way to have the store say where the view is now. */
export function useLiveView(canvas: React.RefObject<HTMLElement | null>) {
  const store = useStoreApi();
  const live = useMemo(() => new LiveView(store), [store]);
  useEffect(() => (canvas.current === null ? undefined : live.listen(canvas.current)), [canvas, live]);
  const onViewportChange = useCallback((view: Viewport) => live.move(view), [live]);
  return { live, view: { viewport: HANDED_OVER, onViewportChange } };
}

/** Where everything is now, also under a moving hand. */
export interface Seen {
  transform: [x: number, y: number, zoom: number];
  width: number;
  height: number;
  boxes: { x: number; y: number; width: number; height: number; isFrame: boolean }[];
}

/** The parts of a canvas that are drawn by hand. */
interface Drawing {
  viewport: HTMLElement;
  hand: HandMove;
  ground: HTMLElement;
  dots: HTMLElement;
}

function drawingOn(canvas: HTMLElement | null): Drawing | null {
  const [viewport, ground, dots] = [".react-flow__viewport", "[data-ground]", "[data-dots]"].map((part) =>
    canvas?.querySelector<HTMLElement>(part),
  );
  if (!viewport || !ground || !dots) return null;
  return { viewport, hand: new HandMove(viewport), ground, dots };
}

/** The view of one canvas. */
export class LiveView {
  private canvas: HTMLElement | null = null;
  private away: Away | null = null;
  private drag: LiveDrag | null = null;
  /** What is drawn by hand, looked up once and not at each step among thousands of elements. */
  private drawing: Drawing | null = null;
  private pending: Viewport | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Set while the view is on its way: from its first step, if that is no jump, until it has rested for a moment. */
  private moving: ReturnType<typeof setTimeout> | undefined;
  private readonly pace = new Pace(() => (this.moving === undefined ? BUDGET_MS.still : BUDGET_MS.moving));
  /** The zoom of the last look. */
  private lookedAt = 1;
  private later: ReturnType<typeof setTimeout> | undefined;
  /** Set while a turn of the wheel is being dispatched. */
  private wheel = false;
  /**
   * Everything is on one layer, which moves without being painted anew. The ground under it keeps a browser from taking
   * many layers for what stands far apart.
   */
  private lifted = false;
  private readonly watchers = new Set<() => void>();
  /** How far everything is shown from where it is, in the canvas's units. */
  private shift: readonly [number, number] = [0, 0];

  constructor(private readonly store: Store) {
    // Nothing is ever measured: sizes and sockets come with the nodes. See `anatomy.ts`.
    store.setState({ updateNodeInternals: () => {} });
  }

  /** React Flow has a new view, from a hand or from the page. */
  move(view: Viewport): void {
    const { paneDragging, connection } = this.store.getState();
    this.pending = view;
    // Whoever moved the view otherwise, or draws a wire meanwhile, may read it the next moment.
    if (connection.inProgress || !(this.wheel || paneDragging)) this.settle();
    else {
      if (paneDragging) this.lifted = true;
      this.paint();
      this.timer ??= setTimeout(this.settle, STORE_MS);
    }
    clearTimeout(this.moving);
    this.moving = setTimeout(this.rest, REST_MS);
  }

  /** Show everything but what is held back so far from where it is, while a hand drags most of it. */
  carry(shift: readonly [number, number]): void {
    this.shift = shift;
    this.lifted = shift[0] !== 0 || shift[1] !== 0;
    this.paint();
  }

  /** Tell the store where the view is. */
  readonly settle = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const view = this.pending;
    this.pending = null;
    if (view !== null) this.store.setState({ transform: [view.x, view.y, view.zoom] });
  };

  /** The view has come to rest. */
  private readonly rest = (): void => {
    this.moving = undefined;
    this.look();
  };

  /** Call `watcher` when anything has moved. Returns how to stop. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Something has moved. */
  changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  seen(): Seen {
    const { x, y, zoom } = this.view();
    const { width, height, nodeLookup } = this.store.getState();
    const boxes = [...nodeLookup.values()].map(({ id, type, internals, measured }) => {
      const [left, top] = this.drag?.displaced.get(id) ?? [internals.positionAbsolute.x, internals.positionAbsolute.y];
      const place = { x: left + this.shift[0], y: top + this.shift[1] };
      return { ...place, width: measured.width ?? 0, height: measured.height ?? 0, isFrame: type === "frame" };
    });
    return { transform: [x, y, zoom], width, height, boxes };
  }

  private view(): Viewport {
    const [x, y, zoom] = this.store.getState().transform;
    return this.pending ?? { x, y, zoom };
  }

  /** As React Flow draws the view, so that it finds nothing to do. */
  private paint(): void {
    const { lifted } = this;
    if (this.drawing?.viewport.isConnected !== true) this.drawing = drawingOn(this.canvas);
    if (this.drawing === null || this.canvas === null) return;
    const { viewport, ground, dots, hand } = this.drawing;
    const { x, y, zoom } = this.view();
    const [dx, dy] = [x + this.shift[0] * zoom, y + this.shift[1] * zoom];
    const transform = `translate(${dx}px,${dy}px) scale(${zoom})`;
    if (lifted) hand.put(transform);
    else {
      viewport.style.transform = transform;
      hand.end();
    }
    if (lifted !== (ground.style.display === "block")) {
      const { width, height } = this.store.getState();
      this.canvas.toggleAttribute("data-lifted", lifted);
      ground.style.display = lifted ? "block" : "none";
      ground.style.transform = `translate(${-(x + width) / zoom}px, ${-(y + height) / zoom}px)`;
      ground.style.width = `${(3 * width) / zoom}px`;
      ground.style.height = `${(3 * height) / zoom}px`;
    }
    paintDots(dots, [x, y, zoom], lifted);
    this.changed();
  }

  private readonly look = (): void => {
    clearTimeout(this.later);
    this.later = undefined;
    const { x, y, zoom } = this.view();
    const [dx, dy] = this.shift;
    const { width, height, nodeLookup, edgeLookup } = this.store.getState();
    const displaced = this.drag?.displaced ?? NOTHING;
    const transform: View["transform"] = [x + dx * zoom, y + dy * zoom, zoom];
    const moving = this.moving !== undefined;
    const passing = moving && Math.abs(Math.log(zoom / this.lookedAt)) > PASSING;
    this.lookedAt = zoom;
    const view: View = { transform, width, height, nodeLookup, edgeLookup, displaced, moving, passing };
    if (this.away !== null) this.pace.take(this.away.look(view));
  };

  listen(canvas: HTMLElement): () => void {
    this.canvas = canvas;
    this.away = new Away(canvas);
    this.drag = new LiveDrag(this.store, canvas, this);
    const onWheel = () => {
      this.wheel = true;
      queueMicrotask(() => requestAnimationFrame(() => (this.wheel = false)));
    };
    this.paint();
    const stops = [
      this.store.subscribe((state, before) => {
        if (before.paneDragging && !state.paneDragging) this.lifted = false;
        if (PAINTED_BY.some((key) => state[key] !== before[key])) this.paint();
        if (SEEN_BY.some((key) => state[key] !== before[key])) {
          this.look();
          this.changed();
        }
        // The wires are drawn once there is something to draw them in.
        if (state.domNode !== before.domNode) this.later ??= setTimeout(this.look, STORE_MS);
      }),
      useKeyboardHolder.subscribe(this.look),
      this.drag.listen(),
    ];
    canvas.addEventListener("wheel", onWheel, { capture: true, passive: true });
    for (const type of SETTLING) addEventListener(type, this.settle, true);
    return () => {
      for (const stop of stops) stop();
      clearTimeout(this.later);
      clearTimeout(this.moving);
      this.settle();
      this.pace.stop();
      this.away?.stop();
      canvas.removeEventListener("wheel", onWheel, true);
      for (const type of SETTLING) removeEventListener(type, this.settle, true);
    };
  }
}

const NOTHING: View["displaced"] = new Map();
/** What decides what is in view. */
const SEEN_BY = ["transform", "nodes", "width", "height"] as const;
const PAINTED_BY = ["transform", "paneDragging"] as const;
/** What a person does next may ask where things are. */
const SETTLING = ["pointerdown", "pointerup", "keydown", "drop", "contextmenu"] as const;
