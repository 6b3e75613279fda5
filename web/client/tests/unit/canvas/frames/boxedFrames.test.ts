import { expect, test } from "vitest";
import { encloses } from "@/canvas/frames/boxedFrames";

const FRAME = { x: 100, y: 50, width: 200, height: 100 };

test("a box encloses what lies in it whole, as the view shows it", () => {
  expect(encloses({ x: 90, y: 40, width: 220, height: 120 }, [0, 0, 1], FRAME)).toBe(true);
  expect(encloses({ x: 110, y: 40, width: 220, height: 120 }, [0, 0, 1], FRAME)).toBe(false);
  expect(encloses({ x: 90, y: 40, width: 220, height: 100 }, [0, 0, 1], FRAME)).toBe(false);
  expect(encloses({ x: 60, y: 30, width: 110, height: 60 }, [10, 5, 0.5], FRAME)).toBe(true);
  expect(encloses({ x: 60, y: 30, width: 98, height: 60 }, [10, 5, 0.5], FRAME)).toBe(false);
});
