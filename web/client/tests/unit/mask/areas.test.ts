import { expect, test } from "vitest";
import { feather, grow, squaredDistances } from "@/features/mask/pixels/distance";
import { flood } from "@/features/mask/pixels/flood";
import { boundsOf, coverage, emptyMask, type Mask } from "@/features/mask/pixels/mask";
import { ellipse, lasso, rectangle } from "@/features/mask/pixels/shapes";
import { putCover } from "@/features/mask/pixels/stroke";

const at = (mask: Mask, x: number, y: number) => mask.data[y * mask.width + x] ?? -1;
const area = (cover: Uint8Array) => cover.reduce((sum, value) => sum + value, 0) / 255;

function boxed(size: number, box: { x: number; y: number; width: number; height: number }): Mask {
  const mask = emptyMask(size, size);
  const { rect, cover } = rectangle(box, mask);
  putCover(mask, rect, cover, false);
  return mask;
}

test("distances are exact", () => {
  const width = 23;
  const height = 17;
  const seeds = [5, 60, 200, 333];
  const found = squaredDistances(width, height, (index) => seeds.includes(index));
  for (let index = 0; index < width * height; index += 1) {
    const nearest = Math.min(
      ...seeds.map(
        (seed) => ((seed % width) - (index % width)) ** 2 + (Math.trunc(seed / width) - Math.trunc(index / width)) ** 2,
      ),
    );
    expect(found[index]).toBe(nearest);
  }
});

test("growing adds a rim of that many pixels, shrinking takes it away", () => {
  const mask = boxed(64, { x: 24, y: 24, width: 16, height: 16 });
  grow(mask, 5);
  expect(boundsOf(mask)).toEqual({ x: 19, y: 19, width: 26, height: 26 });
  expect(at(mask, 32, 19)).toBe(255);
  expect(at(mask, 20, 20)).toBeLessThan(128);
  grow(mask, -5);
  expect(at(mask, 32, 24)).toBe(255);
  expect(at(mask, 32, 23)).toBe(0);
});

test("a feathered edge fades evenly over both sides and keeps its middle", () => {
  const mask = boxed(64, { x: 0, y: 0, width: 32, height: 64 });
  feather(mask, 8);
  const edge = [24, 28, 31, 32, 35, 39].map((x) => at(mask, x, 32));
  expect(edge).toEqual([...edge].sort((a, b) => b - a));
  expect(at(mask, 31, 32) + at(mask, 32, 32)).toBe(255);
  expect(at(mask, 20, 32)).toBe(255);
  expect(at(mask, 44, 32)).toBe(0);
});

test("an empty mask cannot grow", () => {
  const mask = emptyMask(8, 8);
  expect(grow(mask, 4).rect.width).toBe(0);
  expect(coverage(mask)).toBe(0);
});

test("a lasso fills the inside of its line, and a crossing one both lobes", () => {
  const size = { width: 40, height: 40 };
  const triangle = lasso(
    [
      [0, 0],
      [40, 0],
      [0, 40],
    ],
    size,
  );
  expect(area(triangle.cover)).toBeCloseTo(800, -1);
  const bow = lasso(
    [
      [0, 0],
      [40, 40],
      [40, 0],
      [0, 40],
    ],
    size,
  );
  expect(area(bow.cover)).toBeCloseTo(800, -1);
  expect(
    lasso(
      [
        [1, 1],
        [5, 5],
      ],
      size,
    ).cover.length,
  ).toBe(0);
});

test("an ellipse has the area of one", () => {
  const { cover } = ellipse({ x: 3, y: 5, width: 30, height: 20 }, { width: 64, height: 64 });
  expect(area(cover)).toBeCloseTo((Math.PI * 30 * 20) / 4, -1);
});

test("filling stops where the colour changes by more than the tolerance", () => {
  const width = 12;
  const data = new Uint8ClampedArray(width * 4 * 4).fill(255);
  for (let y = 0; y < 4; y += 1) {
    data.set([200, 200, 200], (y * width + 4) * 4);
    if (y !== 2) data.set([0, 0, 0], (y * width + 8) * 4);
  }
  const picture = { width, height: 4, data };
  expect(flood(picture, 1, 1, 10).rect).toEqual({ x: 0, y: 0, width: 4, height: 4 });
  const through = flood(picture, 1, 1, 60);
  expect(through.rect).toEqual({ x: 0, y: 0, width: 12, height: 4 });
  expect(area(through.cover)).toBe(48 - 3);
  expect(area(flood(picture, 8, 0, 0).cover)).toBe(2);
  expect(flood(picture, -1, 0, 0).cover.length).toBe(0);
});

test("filling a whole 1024² picture reaches every pixel of it", () => {
  const picture = { width: 1024, height: 1024, data: new Uint8ClampedArray(1024 * 1024 * 4) };
  const { rect } = flood(picture, 500, 500, 0);
  expect(rect).toEqual({ x: 0, y: 0, width: 1024, height: 1024 });
});
