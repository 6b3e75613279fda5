import { expect, test } from "vitest";
import { type Heard, narrate, type Saying } from "@/state/runs/narration";
import { newRunView, type RunView } from "@/state/runs/runView";

const node = { state: "running" as const, total: 100, seconds: 0, started: 0, told: 0, details: "", work: 1, why: [] };
const running = (value: number): RunView => ({
  ...newRunView("a"),
  state: "running",
  nodes: { sampler: { ...node, value } },
});

/** What is said when the views come at these seconds. */
function heardOf(...views: [RunView, number][]): (Saying | null)[] {
  let heard: Heard | null = null;
  return views.map(([view, time]) => {
    const next = narrate(heard, view, time);
    heard = next.heard;
    return next.saying;
  });
}

test("a run that waits is silent, and its beginning is said once", () => {
  const queued: RunView = { ...newRunView("a"), state: "queued" };
  expect(heardOf([queued, 0], [running(0), 1], [running(1), 2])).toEqual([null, { what: "started" }, null]);
});

test("quarters are said when ten seconds have gone by since the last word", () => {
  expect(heardOf([running(0), 0], [running(25), 4], [running(50), 11], [running(60), 30], [running(75), 31])).toEqual([
    { what: "started" },
    null,
    { what: "quarter", percent: 50 },
    null,
    { what: "quarter", percent: 75 },
  ]);
});

test("a quarter that was skipped is not told late", () => {
  expect(heardOf([running(0), 0], [running(26), 5], [running(40), 20]).at(-1)).toBeNull();
});

test("an end is said at once, and the next job is heard from its beginning", () => {
  const done: RunView = { ...newRunView("a"), state: "succeeded" };
  const next: RunView = { ...running(0), job: "b" };
  expect(heardOf([running(0), 0], [done, 1], [next, 2])).toEqual([
    { what: "started" },
    { what: "ended" },
    { what: "started" },
  ]);
});
