/** The queue as lists: what events and fresh pages do to what is known. Pure. */

import type { Spot } from "@/api/queue";
import type { Job, ServerEvent } from "@/api/types";

/** The list without these jobs; the same list when none is in it. */
export function without(jobs: readonly Job[], ids: ReadonlySet<string>): readonly Job[] {
  return jobs.some((job) => ids.has(job.id)) ? jobs.filter((job) => !ids.has(job.id)) : jobs;
}

/**
 * The waiting jobs after a page was read that begins at place `start`. What lies before stays; what lies behind stays
 * as far as it joins the page, and is read again otherwise.
 */
export function mergeWindow(known: readonly Job[], start: number, page: readonly Job[], last: boolean): readonly Job[] {
  const fresh = new Set(page.map((job) => job.id));
  const before = known.slice(0, start).filter((job) => !fresh.has(job.id));
  if (last) return [...before, ...page];
  const end = page.at(-1)?.id;
  const joins = known.findIndex((job) => job.id === end);
  if (joins < 0) return [...before, ...page];
  const taken = new Set(before.map((job) => job.id));
  const behind = known.slice(joins + 1).filter((job) => !fresh.has(job.id) && !taken.has(job.id));
  return [...before, ...page, ...behind];
}

/** Finished jobs after the newest page was read: the page, then what is older, if the two meet. */
export function mergeNewest(known: readonly Job[], page: readonly Job[], last: boolean): readonly Job[] {
  const oldest = page.at(-1)?.number;
  const meets = known.some((job) => job.number >= (oldest ?? 0));
  if (last || oldest === undefined || !meets) return page;
  return [...page, ...known.filter((job) => job.number < oldest)];
}

/** The list with one job elsewhere. A spot that names an unknown job changes nothing. */
export function moved(jobs: readonly Job[], id: string, spot: Spot): readonly Job[] {
  const job = jobs.find((item) => item.id === id);
  if (job === undefined) return jobs;
  const others = jobs.filter((item) => item.id !== id);
  const at = placeOf(others, spot);
  return at === null ? jobs : [...others.slice(0, at), job, ...others.slice(at)];
}

function placeOf(jobs: readonly Job[], spot: Spot): number | null {
  if ("to" in spot) return spot.to === "front" ? 0 : jobs.length;
  const beside = "before" in spot ? spot.before : spot.after;
  const at = jobs.findIndex((item) => item.id === beside);
  if (at < 0) return null;
  return "before" in spot ? at : at + 1;
}

/** Where a job has to go to be at `place` of the list, or null when it is there already. */
export function spotFor(jobs: readonly Job[], id: string, place: number): Spot | null {
  const from = jobs.findIndex((job) => job.id === id);
  if (from < 0 || place === from || place < 0 || place >= jobs.length) return null;
  const beside = jobs[place];
  if (beside === undefined) return null;
  return place < from ? { before: beside.id } : { after: beside.id };
}

/** The running job after one more of its events. */
export function foldProgress(job: Job, event: ServerEvent): Job {
  const known = job.progress ?? { done_nodes: 0, node: null, value: 0, total: 0 };
  switch (event.type) {
    case "nodes.cached":
      return { ...job, progress: { ...known, done_nodes: event.nodes.length } };
    case "node.started":
      return { ...job, progress: { ...known, node: event.node, value: 0, total: 0 } };
    case "node.progress":
      return { ...job, progress: { ...known, node: event.node, value: event.value, total: event.total } };
    case "node.finished":
      if (event.cached) return job;
      return { ...job, progress: { ...known, done_nodes: known.done_nodes + 1, value: 0, total: 0 } };
    default:
      return job;
  }
}

/** The share of a job's work that is done, 0 to 1. */
export function jobShare({ progress, node_count }: Job): number {
  if (progress === null || progress === undefined || node_count === 0) return 0;
  const running = progress.total > 0 ? progress.value / progress.total : 0;
  return Math.min(1, (progress.done_nodes + running) / node_count);
}
