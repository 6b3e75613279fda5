/** The queue as the panel shows it: what runs, what waits, what is over, batches. Kept fresh while someone looks. */

import { create } from "zustand";
import { ApiError } from "@/api/client";
import { getBatches, getJobs, getQueue } from "@/api/queue";
import type { Batch, EventFrame, Job, JobState } from "@/api/types";
import { isOpen } from "@/state/page/panels";
import { foldProgress, mergeNewest, mergeWindow, without } from "./queueFold";

export type QueueTab = "waiting" | "finished" | "batches";

interface Queue {
  tab: QueueTab;
  paused: boolean;
  queued: number;
  /** False until the first answer came. */
  known: boolean;
  running: Job | null;
  waiting: readonly Job[];
  finished: readonly Job[];
  /** Where older finished jobs go on, or null at the end. */
  olderFinished: number | null;
  search: string;
  batches: readonly Batch[];
  /** Grows when a job begins or ends, so that a shown grid is read again. */
  turns: number;
}

export const useQueue = create<Queue>(() => ({
  tab: "waiting",
  paused: false,
  queued: 0,
  known: false,
  running: null,
  waiting: [],
  finished: [],
  olderFinished: null,
  search: "",
  batches: [],
  turns: 0,
}));

export const OVER: readonly JobState[] = ["succeeded", "failed", "cancelled", "lost"];
const WINDOW = 100;
const LONG_PAGE = 1000;
const PAGE = 50;
const PAUSE_MS = 300;
const TELLING: ReadonlySet<string> = new Set([
  "queue.changed",
  "job.queued",
  "job.started",
  "job.requeued",
  "job.finished",
  "job.deleted",
]);

/** The first row in view, so that only what is seen is read again. */
let firstInView = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
let again = false;

/** Take in one event of the stream. */
export function takeQueueEvent({ job_id: id, event }: EventFrame): void {
  if (event.type === "queue.changed") useQueue.setState({ paused: event.paused, queued: event.queued });
  const { running, waiting, finished } = useQueue.getState();
  if (event.type === "job.started" || event.type === "job.finished") {
    useQueue.setState((state) => ({ turns: state.turns + 1 }));
  }
  if (event.type === "job.started") {
    const job = waiting.find((item) => item.id === id);
    if (job !== undefined) useQueue.setState({ running: { ...job, state: "running", progress: null } });
  } else if (running?.id === id) {
    const over = event.type === "job.finished" || event.type === "job.requeued";
    useQueue.setState({ running: over ? null : foldProgress(running, event) });
  }
  if (event.type === "job.started" || event.type === "job.finished" || event.type === "job.deleted") {
    useQueue.setState({ waiting: without(waiting, new Set([id])) });
  }
  if (event.type === "job.deleted") useQueue.setState({ finished: without(finished, new Set([id])) });
  if (TELLING.has(event.type)) refreshSoon();
}

/** Read again what is shown, at most a few times a second. Nothing is read while nobody looks. */
export function refreshSoon(): void {
  if (timer !== null) {
    again = true;
    return;
  }
  if (!isOpen("queue")) return;
  timer = setTimeout(() => {
    void refreshQueue().finally(() => {
      timer = null;
      if (again) {
        again = false;
        refreshSoon();
      }
    });
  }, PAUSE_MS);
}

/** Read what the panel shows. No answer is told by the connection banner. */
export async function refreshQueue(): Promise<void> {
  try {
    const { tab } = useQueue.getState();
    await Promise.all([
      readWaiting(),
      readRunning(),
      tab === "finished" ? readFinished() : null,
      tab === "batches" ? readBatches() : null,
    ]);
    useQueue.setState({ known: true });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

async function readRunning(): Promise<void> {
  const { jobs } = await getJobs({ states: ["running"], limit: 1 });
  useQueue.setState({ running: jobs[0] ?? null });
}

async function readWaiting(): Promise<void> {
  const before = useQueue.getState().waiting;
  const start = Math.max(0, Math.min(firstInView, before.length) - 20);
  const after = start === 0 ? null : (before[start - 1]?.id ?? null);
  try {
    const { queue, waiting, next } = await getQueue(WINDOW, after);
    useQueue.setState((state) => {
      // What began or moved while the answer was under way may have shifted the place of the page.
      const from = after === null ? 0 : state.waiting.findIndex((job) => job.id === after) + 1;
      return {
        paused: queue.paused,
        queued: queue.queued,
        waiting: mergeWindow(state.waiting, from, waiting, next === null),
      };
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    useQueue.setState({ waiting: [] });
    firstInView = 0;
    refreshSoon();
  }
}

let reading = false;

/** Rows `first` to `last` are in view: read on until they are known. */
export async function showWaiting(first: number, last: number): Promise<void> {
  firstInView = first;
  if (reading) return;
  reading = true;
  try {
    for (;;) {
      const { waiting, queued } = useQueue.getState();
      if (last < waiting.length || waiting.length >= queued) return;
      const after = waiting.at(-1)?.id ?? null;
      const page = await getQueue(last - waiting.length < WINDOW ? WINDOW : LONG_PAGE, after);
      useQueue.setState((state) => ({
        queued: page.queue.queued,
        waiting: mergeWindow(state.waiting, state.waiting.length, page.waiting, page.next === null),
      }));
      if (page.next === null) return;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  } finally {
    reading = false;
  }
}

async function readFinished(): Promise<void> {
  const { search } = useQueue.getState();
  const { jobs, next } = await getJobs({ states: OVER, limit: PAGE, search });
  useQueue.setState((state) => {
    if (state.search !== search) return {};
    const finished = mergeNewest(state.finished, jobs, next === null);
    return { finished, olderFinished: finished.length > jobs.length ? state.olderFinished : next };
  });
}

/** Read on in the finished jobs. */
export async function readOlderFinished(): Promise<void> {
  const { olderFinished, search } = useQueue.getState();
  if (olderFinished === null || reading) return;
  reading = true;
  try {
    const { jobs, next } = await getJobs({ states: OVER, limit: PAGE * 2, before: olderFinished, search });
    useQueue.setState((state) =>
      state.search === search ? { finished: [...state.finished, ...jobs], olderFinished: next } : {},
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  } finally {
    reading = false;
  }
}

/** Look only at finished jobs with these words. */
export function searchFinished(search: string): void {
  useQueue.setState({ search, finished: [], olderFinished: null });
  refreshSoon();
}

async function readBatches(): Promise<void> {
  const { batches } = await getBatches(PAGE * 2);
  useQueue.setState({ batches });
}

/** Look at another list. */
export function chooseTab(tab: QueueTab): void {
  useQueue.setState({ tab });
  void refreshQueue();
}
