/** How a picture lies in its frame. Several frames can share one view: it knows shares and multiples, not pixels. */

export interface ViewOf {
  /** Times the size that fits the frame; 1 fits. */
  zoom: number;
  /** The point of the picture in the frame's middle, from 0 to 1. */
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const FITS: ViewOf = { zoom: 1, x: 0.5, y: 0.5 };
const LEAST = 1;
const MOST = 64;
/** A picture smaller than its frame is shown larger, but not a thumbnail as a wall. */
const LARGEST_FIT = 6;

/** CSS pixels for one of the picture when it fits. */
export function fitScale(frame: Size, picture: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.min(frame.width / picture.width, frame.height / picture.height, LARGEST_FIT);
}

/** The zoom at which one pixel of the picture is one of the screen. */
export function actualZoom(frame: Size, picture: Size, ratio: number): number {
  return 1 / ratio / fitScale(frame, picture);
}

/** The part of the view that is in the frame stays where it can be seen. */
export function settled({ zoom, x, y }: ViewOf, least = LEAST): ViewOf {
  const limit = (value: number) => Math.min(1, Math.max(0, value));
  const next = Math.min(MOST, Math.max(Math.min(LEAST, least), zoom));
  return next <= 1 ? { zoom: next, x: 0.5, y: 0.5 } : { zoom: next, x: limit(x), y: limit(y) };
}

/** Zoom by a factor; the point at (`px`, `py`) from the frame's middle stays under the pointer. */
export function zoomAt(view: ViewOf, factor: number, frame: Size, picture: Size, px: number, py: number): ViewOf {
  const before = fitScale(frame, picture) * view.zoom;
  const zoom = Math.min(MOST, Math.max(LEAST, view.zoom * factor));
  const after = fitScale(frame, picture) * zoom;
  const x = view.x + (px / before - px / after) / picture.width;
  const y = view.y + (py / before - py / after) / picture.height;
  return settled({ zoom, x, y });
}

/** Move by CSS pixels. */
export function panBy(view: ViewOf, frame: Size, picture: Size, dx: number, dy: number): ViewOf {
  const scale = fitScale(frame, picture) * view.zoom;
  return settled({ ...view, x: view.x - dx / scale / picture.width, y: view.y - dy / scale / picture.height });
}

/** Where the picture's box lies in the frame, in CSS pixels. */
export function placed(view: ViewOf, frame: Size, picture: Size): { left: number; top: number } & Size {
  const scale = fitScale(frame, picture) * view.zoom;
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: frame.width / 2 - view.x * width, top: frame.height / 2 - view.y * height, width, height };
}
