import { beforeEach, expect, test } from "vitest";
import type { ServerEvent } from "@/api/types";
import { expectBatch, takeBatchEvent, useBatches } from "@/state/runs/batches";
import { useRuns } from "@/state/runs/runs";

let seq = 0;
const tell = (job: string, event: ServerEvent) => takeBatchEvent({ seq: ++seq, job_id: job, time: 0, event });
const queued = (job: string, batch: string | null) => tell(job, { type: "job.queued", number: 1, title: "", batch });
const finished = (job: string) => tell(job, { type: "job.finished", outcome: "succeeded", problems: [], seconds: 1 });

beforeEach(() => {
  useBatches.setState({ open: {}, batchOf: {} });
  useRuns.setState({ view: null, waiting: [] });
});

test("a batch of this page ends with its last job", () => {
  expectBatch("batch");
  queued("a", "batch");
  queued("b", "batch");
  expect(finished("a")).toBeNull();
  expect(finished("b")).toBe("batch");
  expect(useBatches.getState()).toEqual({ open: {}, batchOf: {} });
});

test("its jobs are followed on the canvas in their order", () => {
  expectBatch("batch");
  for (const job of ["a", "b", "c"]) queued(job, "batch");
  expect(useRuns.getState().view?.job).toBe("a");
  expect(useRuns.getState().waiting).toEqual(["b", "c"]);
});

test("batches of others are not followed", () => {
  queued("a", "elsewhere");
  expect(finished("a")).toBeNull();
  expect(useRuns.getState().view).toBeNull();
});
