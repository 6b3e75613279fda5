import { expect, test } from "vitest";
import { coverage, emptyMask, invert, type Mask } from "@/features/mask/pixels/mask";
import { rectangle } from "@/features/mask/pixels/shapes";
import { type Brush, profile, putCover, Stroke, scratchFor } from "@/features/mask/pixels/stroke";
import { MaskUndo, STROKES } from "@/features/mask/pixels/undo";

const HARD: Brush = { size: 10, hardness: 1, opacity: 1, erase: false };
const dab = (x: number, y: number) => ({ x, y, size: 1, opacity: 1 });
const at = (mask: Mask, x: number, y: number) => mask.data[y * mask.width + x];

/** Byte by byte: a matcher would take its time over arrays of this length. */
const same = (a: Uint8Array, b: Uint8Array | undefined) =>
  b?.length === a.length && a.every((value, at) => value === b[at]);

function draw(mask: Mask, brush: Brush, ...points: [number, number][]) {
  const stroke = new Stroke(mask, brush, scratchFor(mask));
  for (const [x, y] of points) stroke.to(dab(x, y));
  return stroke.finish();
}

test("a stroke covers a capsule of the brush's width", () => {
  const mask = emptyMask(64, 32);
  draw(mask, HARD, [16, 16], [48, 16]);
  expect(at(mask, 16, 16)).toBe(255);
  expect(at(mask, 32, 12)).toBe(255);
  expect(at(mask, 32, 8)).toBe(0);
  expect(at(mask, 8, 16)).toBe(0);
  expect((coverage(mask) * 64 * 32) / (32 * 10 + Math.PI * 25)).toBeCloseTo(1, 1);
});

test("passing twice in one stroke covers no more than once", () => {
  const half = { ...HARD, opacity: 0.5 };
  const mask = emptyMask(32, 32);
  draw(mask, half, [8, 16], [24, 16], [8, 16], [24, 16]);
  expect(at(mask, 16, 16)).toBe(128);
  draw(mask, half, [8, 16], [24, 16]);
  expect(at(mask, 16, 16)).toBeGreaterThan(180);
});

test("a soft brush fades from its middle, a hard one at its edge", () => {
  expect(profile(0, 10, 0)).toBe(1);
  expect(profile(5, 10, 0)).toBeLessThan(0.8);
  expect(profile(9, 10, 1)).toBe(1);
  expect(profile(11, 10, 1)).toBe(0);
});

test("the pen's pressure makes the brush thinner and fainter", () => {
  const mask = emptyMask(32, 32);
  const stroke = new Stroke(mask, HARD, scratchFor(mask));
  stroke.to({ x: 16, y: 16, size: 0.4, opacity: 0.5 });
  expect(at(mask, 16, 16)).toBe(128);
  expect(at(mask, 16, 20)).toBe(0);
});

test("erasing takes away, and undo gives back exactly what lay below", () => {
  const mask = emptyMask(300, 200);
  const undo = new MaskUndo(mask);
  const steps: Uint8Array[] = [mask.data.slice()];
  const change = ({ rect, before }: ReturnType<typeof draw>) => {
    undo.push(rect, before);
    steps.push(mask.data.slice());
  };
  change(draw(mask, { ...HARD, size: 60, hardness: 0.3 }, [20, 20], [280, 180]));
  change(draw(mask, { ...HARD, size: 40, erase: true }, [280, 20], [20, 180]));
  change(draw(mask, { ...HARD, size: 5, opacity: 0.3 }, [1, 1], [299, 1], [299, 199]));
  for (let step = 2; step >= 0; step -= 1) {
    undo.undo();
    expect(same(mask.data, steps[step])).toBe(true);
  }
  expect(undo.undo()).toBeNull();
  for (const step of steps.slice(1)) {
    undo.redo();
    expect(same(mask.data, step)).toBe(true);
  }
  expect(undo.canRedo).toBe(false);
});

test("a stroke that changed nothing is no step, and the oldest of many go", () => {
  const mask = emptyMask(16, 16);
  const undo = new MaskUndo(mask);
  const nothing = draw(mask, { ...HARD, erase: true }, [8, 8]);
  undo.push(nothing.rect, nothing.before);
  expect(undo.canUndo).toBe(false);
  for (let number = 0; number < STROKES + 5; number += 1) {
    const { rect, before } = { rect: { x: 0, y: 0, width: 16, height: 16 }, before: mask.data.slice() };
    invert(mask);
    undo.push(rect, before);
  }
  let taken = 0;
  while (undo.undo() !== null) taken += 1;
  expect(taken).toBe(STROKES);
});

test("a shape outside the picture changes only what lies inside", () => {
  const mask = emptyMask(8, 8);
  const { rect, cover } = rectangle({ x: -4, y: 6, width: 8, height: 8 }, mask);
  putCover(mask, rect, cover, false);
  expect(coverage(mask)).toBe(8 / 64);
});
