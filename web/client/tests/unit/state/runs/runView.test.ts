import { expect, test } from "vitest";
import type { EventFrame, Problem, ServerEvent } from "@/api/types";
import { foldEvent, isActive, newRunView, nodeRun, overallProgress, secondsLeft } from "@/state/runs/runView";

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

test("progress counts nodes alike where none states its steps, the running one by its share and none that was at hand", () => {
  const view = fold(
    { type: "job.started", nodes: ["a", "b", "c", "d"], work: {} },
    { type: "nodes.cached", nodes: ["a"] },
    { type: "node.started", node: "b", place: null, why: [] },
    { type: "node.progress", node: "b", place: null, value: 5, total: 10 },
  );
  expect(overallProgress(view)).toBeCloseTo(1 / 6);
});

test("a sampler weighs as many steps as it states, whatever its progress counts", () => {
  const started: ServerEvent = { type: "job.started", nodes: ["a", "b", "c"], work: { b: 18 } };
  const done: ServerEvent = { type: "node.finished", node: "a", place: null, cached: false, seconds: 1, ui: {} };
  expect(overallProgress(fold(started, done))).toBeCloseTo(0.05);
  const halfway: ServerEvent = { type: "node.progress", node: "b", place: null, value: 4, total: 8 };
  expect(overallProgress(fold(started, done, halfway))).toBeCloseTo(0.5);
});

test("a job of which all was at hand has no share to tell", () => {
  const view = fold({ type: "job.started", nodes: ["a"], work: {} }, { type: "nodes.cached", nodes: ["a"] });
  expect(overallProgress(view)).toBe(0);
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
    { type: "job.started", nodes: ["a", "b"], work: {} },
    { type: "node.failed", inputs: {}, node: "b", place: null, problem, details: "trace" },
    { type: "job.finished", outcome: "failed", problems: [problem], seconds: 1 },
  );
  expect(view.nodes.b).toMatchObject({ state: "failed", details: "trace" });
  expect(view.problems).toEqual([problem]);
});

test("a notice is told and its node goes on", () => {
  const notice = { ...problem, code: "memory.eased_by_tiles", severity: "warning" as const };
  const view = fold(
    { type: "job.started", nodes: ["b"], work: {} },
    { type: "node.started", node: "b", place: null, why: [] },
    { type: "node.notice", node: "b", problem: notice },
  );
  expect(view.nodes.b).toMatchObject({ state: "running" });
  expect(view.problems).toEqual([notice]);
});

test("after a cancelled job nothing is still running or waiting", () => {
  const view = fold(
    { type: "job.started", nodes: ["a", "b"], work: {} },
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

test("what came of an expansion is told on the node that it is shown on", () => {
  const place = { display: "sampler", parent: "end", real: "end" };
  const view = fold(
    { type: "job.started", nodes: ["sampler", "end"], work: {} },
    { type: "node.started", node: "end.1.sampler", place, why: [] },
    { type: "node.progress", node: "end.1.sampler", place, value: 3, total: 9 },
    {
      type: "node.failed",
      inputs: {},
      node: "end.1.sampler",
      place,
      problem: { ...problem, node: "end.1.sampler" },
      details: "",
    },
  );
  expect(Object.keys(view.nodes)).toEqual(["sampler", "end"]);
  expect(view.nodes.sampler).toMatchObject({ state: "failed", value: 3, total: 9 });
  expect(view.problems[0]?.node).toBe("sampler");
});

test("an instance sums up what the nodes inside it do", () => {
  const started = fold(
    { type: "job.started", nodes: ["p:a", "p:b", "q"], work: {} },
    { type: "node.started", node: "p:a", place: null, why: [] },
    { type: "node.finished", node: "p:a", place: null, ui: {}, seconds: 2, cached: false },
  );
  expect(nodeRun(started, "p", true)).toMatchObject({ state: "running", value: 1, total: 2 });
  const ended = foldEvent(started, {
    seq: 9,
    job_id: "job",
    time: 9,
    event: { type: "node.finished", node: "p:b", place: null, ui: {}, seconds: 1, cached: false },
  });
  expect(nodeRun(ended, "p", true)).toMatchObject({ state: "done", seconds: 3 });
  expect(nodeRun(ended, "p", false)).toBeUndefined();
});

test("what a node says in words is kept with the run", () => {
  const ui = { text: ["PSNR 31.2 dB", ""] };
  const view = fold({ type: "node.finished", node: "a", place: null, ui, seconds: 1, cached: false });
  expect(view.texts.a).toEqual(["PSNR 31.2 dB"]);
});

test("a line that a node sends is shown on it; what is for one client alone, or no text, is not", () => {
  const message = (data: unknown, client: string | null = null): ServerEvent => ({
    type: "node.message",
    node: "b",
    kind: "progress_text",
    data,
    client,
  });
  const view = fold(
    message({ nodeId: "a", text: "12 tokens" }),
    message("reading"),
    message({ text: "for another" }, "somebody"),
    message({ rows: [1, 2] }),
  );
  expect(view.said).toEqual({ a: "12 tokens", b: "reading" });
});
