import { beforeEach, expect, test, vi } from "vitest";
import { type Cost, Pace } from "@/canvas/view/pace";

/** A clock that only work moves on, and frames that come when they are called. */
let now = 0;
let frames: (() => void)[] = [];

beforeEach(() => {
  now = 0;
  frames = [];
  vi.stubGlobal("performance", { now: () => now });
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => frames.splice(id - 1, 1));
});

function nextFrame(): void {
  const due = frames;
  frames = [];
  for (const frame of due) frame();
}

/** Steps that take a millisecond each and cost the browser `cost` more. */
function* steps(done: string[], names: string, cost: Cost = 0): Generator<Cost> {
  for (const name of names) {
    done.push(name);
    now += 1;
    yield cost;
  }
}

test("nothing is done before the next frame, and then as much as the budget allows", () => {
  const done: string[] = [];
  new Pace(() => 3).take(steps(done, "abcdefg"));
  expect(done.join("")).toBe("");
  nextFrame();
  expect(done.join("")).toBe("abc");
  nextFrame();
  expect(done.join("")).toBe("abcdef");
  nextFrame();
  expect(done.join("")).toBe("abcdefg");
  expect(frames).toHaveLength(0);
});

test("what a step costs the browser counts as well", () => {
  const done: string[] = [];
  new Pace(() => 4).take(steps(done, "abcd", 1));
  nextFrame();
  expect(done.join("")).toBe("ab");
});

test("a step that is dearer than a frame's budget is done all the same", () => {
  const done: string[] = [];
  new Pace(() => 1).take(steps(done, "ab", 50));
  nextFrame();
  nextFrame();
  expect(done.join("")).toBe("ab");
});

test("newer work takes the place of what is not done yet, also when a step brings it about", () => {
  const done: string[] = [];
  const pace = new Pace(() => 2);
  pace.take(steps(done, "abcd"));
  nextFrame();
  pace.take(steps(done, "xy"));
  nextFrame();
  expect(done.join("")).toBe("abxy");

  function* brings(): Generator<Cost> {
    pace.take(steps(done, "z"));
    yield 0;
    done.push("never");
  }
  pace.take(brings());
  nextFrame();
  nextFrame();
  expect(done.join("")).toBe("abxyz");
});

test("stopped, it does nothing more and can be given work again", () => {
  const done: string[] = [];
  const pace = new Pace(() => 1);
  pace.take(steps(done, "ab"));
  nextFrame();
  pace.stop();
  nextFrame();
  expect(done.join("")).toBe("a");
  pace.take(steps(done, "c"));
  nextFrame();
  expect(done.join("")).toBe("ac");
});
