/** The slow operations, away from the page's own thread. */

import { feather, grow } from "./pixels/distance";
import { flood } from "./pixels/flood";
import { copyPart, type Mask } from "./pixels/mask";
import type { Rect } from "./pixels/rect";

export type Work =
  | { kind: "grow" | "feather"; mask: Mask; pixels: number }
  | { kind: "flood"; picture: ImageData; x: number; y: number; tolerance: number };

/** What the work gave: the new bytes of a part, or a cover to put on. */
export interface Worked {
  rect: Rect;
  bytes: Uint8Array<ArrayBuffer>;
}

function done(work: Work): Worked {
  if (work.kind === "flood") {
    const { rect, cover } = flood(work.picture, work.x, work.y, work.tolerance);
    return { rect, bytes: new Uint8Array(cover) };
  }
  const { rect } = work.kind === "grow" ? grow(work.mask, work.pixels) : feather(work.mask, work.pixels);
  return { rect, bytes: new Uint8Array(copyPart(work.mask, rect)) };
}

addEventListener("message", ({ data }: MessageEvent<Work>) => {
  const answer = done(data);
  postMessage(answer, { transfer: [answer.bytes.buffer] });
});
