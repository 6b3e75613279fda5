/** Where the picture lies on the screen: its corner in CSS pixels, and how large a pixel of it is. */

export interface ViewBox {
  x: number;
  y: number;
  scale: number;
}

interface Size {
  width: number;
  height: number;
}

const ROOM = 24;
const LEAST = 0.02;
const MOST = 32;

/** The whole picture in the middle, never larger than 8 screen pixels a pixel. */
export function fitted(picture: Size, screen: Size): ViewBox {
  const fits = Math.min((screen.width - 2 * ROOM) / picture.width, (screen.height - 2 * ROOM) / picture.height);
  return centred(picture, screen, Math.min(8, Math.max(LEAST, fits)));
}

/** The middle of the picture in the middle of the screen, at a scale. */
export function centred(picture: Size, screen: Size, scale: number): ViewBox {
  return {
    x: (screen.width - picture.width * scale) / 2,
    y: (screen.height - picture.height * scale) / 2,
    scale,
  };
}

/** Zoom by a factor; the point under the hand stays where it is. */
export function zoomed(view: ViewBox, factor: number, at: { x: number; y: number }): ViewBox {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  const share = scale / view.scale;
  return { x: at.x - (at.x - view.x) * share, y: at.y - (at.y - view.y) * share, scale };
}

/** A point of the screen in pixels of the picture. */
export function onPicture(view: ViewBox, at: { x: number; y: number }): { x: number; y: number } {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}
