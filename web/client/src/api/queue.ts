/** Calls on the queue, finished jobs and batches. */

import { call } from "./client";
import type { Batch, BatchAxis, BatchGrid, BatchList, Job, JobList, JobState, QueueCounts, QueueJobs } from "./types";

const job = (id: string) => `/jobs/${encodeURIComponent(id)}`;
const batch = (id: string) => `/batches/${encodeURIComponent(id)}`;

function query(parts: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}

/** Waiting jobs in the order in which they will run, behind the job `after`. */
export function getQueue(limit: number, after: string | null = null): Promise<QueueJobs> {
  return call("GET", `/queue${query({ limit, after })}`);
}

export function pauseQueue(): Promise<QueueCounts> {
  return call("POST", "/queue/pause");
}

export function resumeQueue(): Promise<QueueCounts> {
  return call("POST", "/queue/resume");
}

/** Where a waiting job goes. */
export type Spot = { to: "front" | "back" } | { before: string } | { after: string };

export function moveJob(id: string, spot: Spot): Promise<Job> {
  return call("POST", `${job(id)}/move`, spot);
}

/** Run once more what a finished job ran. */
export function retryJob(id: string, newId: string): Promise<Job> {
  return call("POST", `${job(id)}/retry`, { id: newId });
}

export function cancelAllJobs(): Promise<{ cancelled: number }> {
  return call("POST", "/jobs/cancel-all");
}

export interface JobsWish {
  states: readonly JobState[];
  limit: number;
  /** Below this number. */
  before?: number | null;
  search?: string;
}

/** Jobs, newest first. */
export function getJobs({ states, limit, before, search }: JobsWish): Promise<JobList> {
  return call("GET", `/jobs${query({ state: states.join(","), limit, before, search })}`);
}

export interface BatchWish {
  id: string;
  workflow: unknown;
  axes: readonly BatchAxis[];
}

export function submitBatch(wish: BatchWish): Promise<Batch> {
  return call("POST", "/batches", wish);
}

/** Batches, newest first. */
export function getBatches(limit: number, before: number | null = null): Promise<BatchList> {
  return call("GET", `/batches${query({ limit, before })}`);
}

/** A batch with all its cells. */
export function getBatch(id: string): Promise<BatchGrid> {
  return call("GET", `${batch(id)}?limit=2000`);
}

export function cancelBatch(id: string): Promise<{ cancelled: number }> {
  return call("POST", `${batch(id)}/cancel`);
}
