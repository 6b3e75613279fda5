/** Batches that this page sent: their jobs are followed on the canvas, and their end is told. */

import { create } from "zustand";
import type { EventFrame } from "@/api/types";
import { follow } from "./runs";

interface Batches {
  /** Batches sent from here: how many of their jobs are not over. */
  open: Readonly<Record<string, number>>;
  /** The batch of each followed job that is not over. */
  batchOf: Readonly<Record<string, string>>;
}

export const useBatches = create<Batches>(() => ({ open: {}, batchOf: {} }));

/** A batch is about to be sent (or was found again after a reload): follow what comes of it. */
export function expectBatch(id: string, jobs: readonly string[] = []): void {
  useBatches.setState(({ open, batchOf }) => ({
    open: { ...open, [id]: jobs.length },
    batchOf: { ...batchOf, ...Object.fromEntries(jobs.map((job) => [job, id])) },
  }));
}

/** The server refused it. */
export function forgetBatch(id: string): void {
  useBatches.setState(({ open }) => ({ open: without(open, id) }));
}

/** Take in one event. Returns the batch that it ended. */
export function takeBatchEvent({ job_id: job, event }: EventFrame): string | null {
  const { open, batchOf } = useBatches.getState();
  if (event.type === "job.queued") {
    const left = event.batch === null ? undefined : open[event.batch];
    if (event.batch === null || left === undefined || job in batchOf) return null;
    useBatches.setState({
      open: { ...open, [event.batch]: left + 1 },
      batchOf: { ...batchOf, [job]: event.batch },
    });
    follow(job);
    return null;
  }
  const batch = batchOf[job];
  if (event.type !== "job.finished" || batch === undefined) return null;
  const left = (open[batch] ?? 1) - 1;
  useBatches.setState({
    open: left > 0 ? { ...open, [batch]: left } : without(open, batch),
    batchOf: without(batchOf, job),
  });
  return left > 0 ? null : batch;
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
