import { expect, test } from "vitest";
import type { Box } from "@/graph/boxes";
import { roomFor } from "@/graph/room";

const box = (x: number, y: number, width = 240, height = 160, id = `${x},${y}`): Box => ({ id, x, y, width, height });

test("a box that lies on nothing stays where it is, also off the grid", () => {
  expect(roomFor(box(3, 5), [])).toEqual([3, 5]);
  expect(roomFor(box(3, 5), [box(300, 5)])).toEqual([3, 5]);
});

test("a box on a neighbour goes beside it, the short way", () => {
  expect(roomFor(box(200, 0), [box(0, 0)])).toEqual([264, 0]);
  expect(roomFor(box(-200, 0), [box(0, 0)])).toEqual([-264, 0]);
  expect(roomFor(box(0, 120), [box(0, 0)])).toEqual([0, 184]);
});

test("where the short way is taken it goes the next", () => {
  expect(roomFor(box(200, 0), [box(0, 0), box(280, 0)])).toEqual([200, -184]);
});

test("whatever lies around, it ends free of all", () => {
  let state = 7;
  const next = (most: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return (state % (2 * most)) - most;
  };
  for (let round = 0; round < 200; round += 1) {
    const others = Array.from({ length: round % 40 }, (_, index) => box(next(800), next(800), 240, 160, String(index)));
    const [x, y] = roomFor(box(0, 0), others);
    for (const other of others) expect(Math.abs(x - other.x) >= 240 || Math.abs(y - other.y) >= 160).toBe(true);
  }
});
