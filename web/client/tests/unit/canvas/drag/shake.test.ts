import { expect, test } from "vitest";
import { watchShake } from "@/canvas/drag/shake";

/** Whether a hand that comes to these places, so many milliseconds apart, shakes. */
function shook(places: readonly number[], apart: number): boolean {
  const watch = watchShake();
  return places.map((x, at) => watch(x, at * apart)).includes(true);
}

test("four wide turns in quick succession are a shake", () => {
  expect(shook([0, 40, 0, 40, 0, 40], 100)).toBe(true);
});

test("slow turns, small ones, and a drag there and back are none", () => {
  expect(shook([0, 40, 0, 40, 0, 40], 400)).toBe(false);
  expect(shook([0, 10, 0, 10, 0, 10, 0, 10], 40)).toBe(false);
  expect(shook([0, 20, 40, 60, 80, 60, 40, 20, 0], 40)).toBe(false);
});

test("a wide swing in many small steps is one swing", () => {
  const swing = [0, 10, 20, 30, 40, 50];
  const back = swing.toReversed();
  expect(shook([...swing, ...back], 10)).toBe(false);
  expect(shook([...swing, ...back, ...swing, ...back, ...swing], 10)).toBe(true);
});
