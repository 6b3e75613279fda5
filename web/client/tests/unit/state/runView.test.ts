import { expect, test } from "vitest";
import type { EventFrame, Problem, ServerEvent } from "@/api/types";
import { foldEvent, isActive, newRunView, overallProgress, secondsLeft } from "@/state/runView";

const problem: Problem = {
  code: "node.raised",
  message: "no",
  params: {},
  node: "b",
  socket: null,
  severity: "error",
  remedy: "",
};
const fold = (...events: ServerEvent[]) =>
  events
    .map((event, at): EventFrame => ({ seq: at, job_id: "job", time: at, event }))
    .reduce(foldEvent, newRunView("job"));

test("progress counts nodes alike and the running one by its share", () => {
  const view = fold(
    { type: "job.started", nodes: ["a", "b", "c", "d"] },
    { type: "nodes.cached", nodes: ["a"] },
    { type: "node.started", node: "b", place: null, why: [] },
    { type: "node.progress", node: "b", place: null, value: 5, total: 10 },
  );
  expect(overallProgress(view)).toBeCloseTo(0.375);
});

test("the pace so far tells the seconds left", () => {
  const view = fold(
    { type: "node.started", node: "b", place: null, why: [] },
    { type: "node.progress", node: "b", place: null, value: 2, total: 10 },
    { type: "node.progress", node: "b", place: null, value: 4, total: 10 },
  );
  expect(view.nodes.b && secondsLeft(view.nodes.b)).toBeCloseTo(3);
});

test("a failure marks its node and is told once, though the job repeats it", () => {
  const view = fold(
    { type: "job.started", nodes: ["a", "b"] },
    { type: "node.failed", node: "b", place: null, problem, details: "trace" },
    { type: "job.finished", outcome: "failed", problems: [problem], seconds: 1 },
  );
  expect(view.nodes.b).toMatchObject({ state: "failed", details: "trace" });
  expect(view.problems).toEqual([problem]);
});

test("a notice is told and its node goes on", () => {
  const notice = { ...problem, code: "memory.eased_by_tiles", severity: "warning" as const };
  const view = fold(
    { type: "job.started", nodes: ["b"] },
    { type: "node.started", node: "b", place: null, why: [] },
    { type: "node.notice", node: "b", problem: notice },
  );
  expect(view.nodes.b).toMatchObject({ state: "running" });
  expect(view.problems).toEqual([notice]);
});

test("after a cancelled job nothing is still running or waiting", () => {
  const view = fold(
    { type: "job.started", nodes: ["a", "b"] },
    { type: "node.started", node: "a", place: null, why: [] },
    { type: "job.finished", outcome: "cancelled", problems: [], seconds: 1 },
  );
  expect(view.nodes).toEqual({});
  expect(isActive(view)).toBe(false);
});

test("events of other jobs change nothing", () => {
  const view = newRunView("job");
  const frame: EventFrame = {
    seq: 1,
    job_id: "other",
    time: 0,
    event: { type: "node.started", node: "a", place: null, why: [] },
  };
  expect(foldEvent(view, frame)).toBe(view);
});
