/** Draws the picture with its mask over it. The mask's own sheet changes only where a stroke went. */

import type { Rect } from "./pixels/rect";
import type { MaskSession } from "./session";
import { maskSettings } from "./settings";
import type { ViewBox } from "./viewBox";

/** What is drawn over the picture while the hand is down: a lasso's line or a shape's outline, in pixels of it. */
export interface Guide {
  path: Path2D;
}

export class Painting {
  private readonly sheet: OffscreenCanvas;
  private readonly layer = new OffscreenCanvas(1, 1);
  guide: Guide | null = null;
  /** Where the brush is, in pixels of the picture. */
  cursor: { x: number; y: number } | null = null;

  constructor(
    private readonly session: MaskSession,
    private readonly canvas: HTMLCanvasElement,
  ) {
    this.sheet = new OffscreenCanvas(session.mask.width, session.mask.height);
  }

  draw(view: ViewBox): void {
    const context = this.canvas.getContext("2d");
    if (context === null) return;
    for (const rect of this.session.dirty.splice(0)) this.refresh(rect);
    const { width, height } = this.canvas;
    const { alone } = maskSettings();
    const style = getComputedStyle(this.canvas);
    const scale = view.scale * devicePixelRatio;
    context.resetTransform();
    context.clearRect(0, 0, width, height);
    const place = (on: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D) =>
      on.setTransform(scale, 0, 0, scale, view.x * devicePixelRatio, view.y * devicePixelRatio);
    place(context);
    context.imageSmoothingEnabled = scale < 2;
    if (alone) {
      context.fillStyle = "#000";
      context.fillRect(0, 0, this.sheet.width, this.sheet.height);
      context.drawImage(this.sheet, 0, 0);
    } else {
      context.drawImage(this.session.picture, 0, 0);
      this.overlay(place, style.getPropertyValue("--select"), scale < 2);
      context.resetTransform();
      context.drawImage(this.layer, 0, 0);
    }
    place(context);
    this.marks(context, scale);
  }

  private refresh(rect: Rect): void {
    const context = this.sheet.getContext("2d");
    if (context === null) return;
    const part = new ImageData(rect.width, rect.height);
    const words = new Uint32Array(part.data.buffer);
    const { data, width } = this.session.mask;
    for (let row = 0; row < rect.height; row += 1) {
      const from = (rect.y + row) * width + rect.x;
      // White, with the mask for its alpha. Canvases are little-endian on every machine that runs a browser.
      for (let x = 0; x < rect.width; x += 1) words[row * rect.width + x] = ((data[from + x] ?? 0) << 24) | 0xffffff;
    }
    context.putImageData(part, rect.x, rect.y);
  }

  /** The mask in one colour at half strength, with a hatch of dark and light lines that stays put on the screen. */
  private overlay(place: (on: OffscreenCanvasRenderingContext2D) => void, colour: string, smooth: boolean): void {
    const { layer, canvas } = this;
    if (layer.width !== canvas.width || layer.height !== canvas.height) {
      layer.width = canvas.width;
      layer.height = canvas.height;
    }
    const context = layer.getContext("2d");
    if (context === null) return;
    context.resetTransform();
    context.globalCompositeOperation = "source-over";
    context.clearRect(0, 0, layer.width, layer.height);
    place(context);
    context.imageSmoothingEnabled = smooth;
    context.drawImage(this.sheet, 0, 0);
    context.resetTransform();
    context.globalCompositeOperation = "source-in";
    context.globalAlpha = 0.5;
    context.fillStyle = colour;
    context.fillRect(0, 0, layer.width, layer.height);
    context.globalAlpha = 1;
    if (maskSettings().overlay !== "hatch") return;
    context.globalCompositeOperation = "source-atop";
    this.hatch ??= hatchOf(context);
    if (this.hatch === null) return;
    context.fillStyle = this.hatch;
    context.fillRect(0, 0, layer.width, layer.height);
  }

  private hatch: CanvasPattern | null | undefined;

  /** The line under the hand and the ring of the brush, each dark on light so that they show on any picture. */
  private marks(context: CanvasRenderingContext2D, scale: number): void {
    const paths: Path2D[] = this.guide === null ? [] : [this.guide.path];
    const { tool, size } = maskSettings();
    if (this.cursor !== null && (tool === "brush" || tool === "erase")) {
      const ring = new Path2D();
      ring.arc(this.cursor.x, this.cursor.y, size / 2, 0, 2 * Math.PI);
      paths.push(ring);
    }
    for (const path of paths) {
      context.lineWidth = 3 / scale;
      context.strokeStyle = "#000a";
      context.stroke(path);
      context.lineWidth = 1.25 / scale;
      context.strokeStyle = "#fff";
      context.stroke(path);
    }
  }
}

const HATCH = 8;

function hatchOf(context: OffscreenCanvasRenderingContext2D): CanvasPattern | null {
  const side = HATCH * Math.max(1, Math.round(devicePixelRatio));
  const tile = new OffscreenCanvas(side, side);
  const drawn = tile.getContext("2d");
  if (drawn === null) return null;
  for (const [shift, colour] of [
    [0, "#0008"],
    [side / 2, "#fff8"],
  ] as const) {
    drawn.strokeStyle = colour;
    drawn.lineWidth = side / 6;
    drawn.beginPath();
    for (const turn of [-side, 0, side]) {
      drawn.moveTo(shift + turn - side, side * 2);
      drawn.lineTo(shift + turn + side * 2, -side);
    }
    drawn.stroke();
  }
  return context.createPattern(tile, "repeat");
}
