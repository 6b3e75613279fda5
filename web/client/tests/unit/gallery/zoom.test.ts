import { expect, test } from "vitest";
import { actualZoom, FITS, panBy, placed, settled, zoomAt } from "@/features/gallery/zoom";

const frame = { width: 800, height: 600 };
const picture = { width: 400, height: 400 };

test("a picture that fits lies in the middle", () => {
  expect(placed(FITS, frame, picture)).toEqual({ left: 100, top: 0, width: 600, height: 600 });
});

test("zooming keeps the point under the pointer", () => {
  const at = (view: typeof FITS, px: number) => {
    const { left, width } = placed(view, frame, picture);
    return (frame.width / 2 + px - left) / width;
  };
  const before = at(FITS, 120);
  expect(at(zoomAt(FITS, 2.5, frame, picture, 120, -40), 120)).toBeCloseTo(before, 6);
});

test("a drag moves by as much as the hand", () => {
  const zoomed = { ...FITS, zoom: 4 };
  const moved = panBy(zoomed, frame, picture, 50, -30);
  const [a, b] = [placed(zoomed, frame, picture), placed(moved, frame, picture)];
  expect([b.left - a.left, b.top - a.top]).toEqual([50, -30]);
});

test("actual size is one pixel of the screen for one of the picture", () => {
  const zoom = actualZoom(frame, { width: 1600, height: 1600 }, 2);
  expect(placed({ ...FITS, zoom }, frame, { width: 1600, height: 1600 }).width).toBe(800);
});

test("the view never leaves the picture, nor zooms without end", () => {
  expect(panBy({ ...FITS, zoom: 2 }, frame, picture, -1e6, 1e6)).toEqual({ zoom: 2, x: 1, y: 0 });
  expect(settled({ zoom: 1e9, x: 0.5, y: 0.5 }).zoom).toBe(64);
  expect(settled({ zoom: 0.2, x: 0.1, y: 0.1 })).toEqual(FITS);
});
