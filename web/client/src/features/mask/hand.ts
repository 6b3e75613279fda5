/** What hands do on the picture: mouse, pen and fingers, told apart; a palm beside a pen paints nothing. */

import type { Painting } from "./painting";
import { ellipse, lasso, type Point, rectangle } from "./pixels/shapes";
import type { Brush, Dab } from "./pixels/stroke";
import type { MaskSession } from "./session";
import { changeSize, LARGEST, maskSettings, setMask } from "./settings";
import { onPicture, type ViewBox, zoomed } from "./viewBox";

type Place = { x: number; y: number };

interface Ground {
  session: MaskSession;
  painting: Painting;
  canvas: HTMLCanvasElement;
  view: () => ViewBox;
  setView: (view: ViewBox) => void;
  redraw: () => void;
}

interface Outline {
  kind: "lasso" | "shape";
  erase: boolean;
  points: Point[];
}

type Act =
  | { kind: "stroke" }
  | Outline
  | { kind: "pan"; from: Place; view: ViewBox }
  | { kind: "pinch"; apart: number; middle: Place; view: ViewBox }
  | { kind: "size"; from: Place; size: number; hardness: number };

const PAN_BUTTON = 1;
const ERASE_BUTTON = 2;

export class Hand {
  /** Space is held: the left button moves the picture. */
  moving = false;
  private act: Act | null = null;
  private penSeen = false;
  private readonly fingers = new Map<number, Place>();
  private lastDab: Dab | null = null;

  constructor(private readonly ground: Ground) {}

  readonly down = (event: PointerEvent): void => {
    const at = this.place(event);
    this.ground.canvas.setPointerCapture(event.pointerId);
    if (event.pointerType === "pen") this.penSeen = true;
    if (event.pointerType === "touch") {
      this.fingers.set(event.pointerId, at);
      if (this.fingers.size > 1) this.startPinch();
      else if (this.penSeen) this.startPan(at);
    }
    if (this.act === null) this.start(event, at);
  };

  private start(event: PointerEvent, at: Place): void {
    const { tool } = maskSettings();
    const erase = event.button === ERASE_BUTTON || event.buttons === 32 || tool === "erase";
    if (event.button === ERASE_BUTTON && event.altKey) {
      this.act = { kind: "size", from: at, size: maskSettings().size, hardness: maskSettings().hardness };
    } else if (event.button === PAN_BUTTON || this.moving || tool === "hand") this.startPan(at);
    else if (tool === "fill") this.fill(at, erase);
    else this.startPainting(event, at, erase);
  }

  readonly move = (event: PointerEvent): void => {
    const at = this.place(event);
    const { painting, redraw, view } = this.ground;
    painting.cursor = event.pointerType === "touch" ? null : onPicture(view(), at);
    if (this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, at);
    const { act } = this;
    if (act?.kind === "stroke") this.draw(event);
    else if (act?.kind === "lasso" || act?.kind === "shape") this.outline(act, at, event.shiftKey);
    else if (act?.kind === "pan") this.ground.setView({ ...act.view, ...shifted(act.view, act.from, at) });
    else if (act?.kind === "pinch") this.pinch(act);
    else if (act?.kind === "size") resize(act, at);
    redraw();
  };

  readonly up = (event: PointerEvent): void => {
    this.fingers.delete(event.pointerId);
    const { act } = this;
    const { session, painting, redraw } = this.ground;
    if (act?.kind === "pinch" && this.fingers.size > 0) return;
    this.act = null;
    if (act?.kind === "stroke") session.end(event.type === "pointercancel");
    if ((act?.kind === "lasso" || act?.kind === "shape") && event.type !== "pointercancel") this.putOutline(act);
    painting.guide = null;
    redraw();
  };

  readonly leave = (): void => {
    this.ground.painting.cursor = null;
    this.ground.redraw();
  };

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.altKey) {
      changeSize(event.deltaY < 0 ? 1 : -1);
      this.ground.redraw();
      return;
    }
    const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015));
    this.ground.setView(zoomed(this.ground.view(), factor, this.place(event)));
  };

  private startPan(from: Place): void {
    this.act = { kind: "pan", from, view: this.ground.view() };
  }

  /** Two fingers move and zoom; what the first one had begun to paint is taken back. */
  private startPinch(): void {
    if (this.act?.kind === "stroke") this.ground.session.end(true);
    this.ground.painting.guide = null;
    const [a, b] = [...this.fingers.values()];
    if (a === undefined || b === undefined) return;
    this.act = {
      kind: "pinch",
      apart: Math.hypot(a.x - b.x, a.y - b.y),
      middle: between(a, b),
      view: this.ground.view(),
    };
  }

  private pinch(act: Extract<Act, { kind: "pinch" }>): void {
    const [a, b] = [...this.fingers.values()];
    if (a === undefined || b === undefined) return;
    const factor = Math.hypot(a.x - b.x, a.y - b.y) / Math.max(1, act.apart);
    const larger = zoomed(act.view, factor, act.middle);
    this.ground.setView({ ...larger, ...shifted(larger, act.middle, between(a, b)) });
  }

  private startPainting(event: PointerEvent, at: Place, erase: boolean): void {
    const { session, view } = this.ground;
    if (session.state.busy) return;
    const { tool } = maskSettings();
    const { x, y } = onPicture(view(), at);
    if (tool === "lasso" || tool === "shape") {
      this.act = { kind: tool, erase, points: [[x, y]] };
      return;
    }
    this.act = { kind: "stroke" };
    const dab = this.dab(event);
    const line = event.shiftKey && this.lastDab !== null;
    session.begin(brush(erase), line && this.lastDab !== null ? this.lastDab : dab);
    if (line) session.extend(dab);
    this.lastDab = dab;
  }

  private draw(event: PointerEvent): void {
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const point of passed.length > 0 ? passed : [event]) {
      const dab = this.dab(point);
      this.ground.session.extend(dab);
      this.lastDab = dab;
    }
  }

  private outline(act: Outline, at: Place, even: boolean): void {
    const { x, y } = onPicture(this.ground.view(), at);
    const [start = [x, y]] = act.points;
    act.points = act.kind === "lasso" ? [...act.points, [x, y]] : [start, even ? squared(start, [x, y]) : [x, y]];
    const path = new Path2D();
    if (act.kind === "lasso") {
      for (const [px, py] of act.points) path.lineTo(px, py);
      path.closePath();
    } else {
      const box = boxOf(act.points);
      const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
      if (maskSettings().shape === "rectangle") path.rect(box.x, box.y, box.width, box.height);
      else path.ellipse(...middle, box.width / 2, box.height / 2, 0, 0, 2 * Math.PI);
    }
    this.ground.painting.guide = { path };
  }

  private putOutline({ kind, points, erase }: Outline): void {
    const { session } = this.ground;
    if (kind === "lasso") session.put(lasso(points, session.mask), erase);
    else if (points.length > 1) {
      const box = wholeBox(boxOf(points));
      session.put((maskSettings().shape === "rectangle" ? rectangle : ellipse)(box, session.mask), erase);
    }
  }

  private fill(at: Place, erase: boolean): void {
    const { x, y } = onPicture(this.ground.view(), at);
    const { tolerance } = maskSettings();
    void this.ground.session.fill(x, y, (tolerance / 100) * 255, erase);
  }

  private dab(event: PointerEvent): Dab {
    const at = onPicture(this.ground.view(), this.place(event));
    const { pressure } = maskSettings();
    const force = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 1;
    return { ...at, size: pressure === "size" ? force : 1, opacity: pressure === "opacity" ? force : 1 };
  }

  private place(event: MouseEvent): Place {
    const box = this.ground.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

function brush(erase: boolean): Brush {
  const { size, hardness, opacity } = maskSettings();
  return { size, hardness: hardness / 100, opacity: opacity / 100, erase };
}

function resize({ from, size, hardness }: Extract<Act, { kind: "size" }>, at: Place): void {
  setMask({
    size: Math.round(Math.min(LARGEST, Math.max(1, size + at.x - from.x))),
    hardness: Math.round(Math.min(100, Math.max(0, hardness - (at.y - from.y) / 2))),
  });
}

function shifted(view: ViewBox, from: Place, to: Place): Place {
  return { x: view.x + to.x - from.x, y: view.y + to.y - from.y };
}

function between(a: Place, b: Place): Place {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function squared([x0, y0]: Point, [x, y]: Point): Point {
  const side = Math.max(Math.abs(x - x0), Math.abs(y - y0));
  return [x0 + side * Math.sign(x - x0), y0 + side * Math.sign(y - y0)];
}

function boxOf(points: readonly Point[]) {
  const [[x0, y0] = [0, 0], [x1, y1] = [x0, y0]] = points;
  return { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
}

/** A dragged box takes whole pixels. */
function wholeBox({ x, y, width, height }: ReturnType<typeof boxOf>) {
  const left = Math.round(x);
  const top = Math.round(y);
  return { x: left, y: top, width: Math.round(x + width) - left, height: Math.round(y + height) - top };
}
