/** What a run says to those who hear the page: that it began, each quarter at most every ten seconds, how it ended. Pure. */

import { isActive, overallProgress, type RunView } from "./runView";

/** What was said of one job so far. */
export interface Heard {
  job: string;
  started: boolean;
  /** The last quarter that was reached, said or not: 0 to 3. */
  quarter: number;
  /** When something was said last, in seconds of any clock that goes on. */
  time: number;
}

export type Saying = { what: "started" } | { what: "quarter"; percent: number } | { what: "ended" };

/** Quarters that follow each other faster are not told apart by ear. */
const PAUSE_S = 10;

/** What to say now, if anything, and what was heard then. */
export function narrate(before: Heard | null, view: RunView, time: number): { heard: Heard; saying: Saying | null } {
  const heard = before?.job === view.job ? before : { job: view.job, started: false, quarter: 0, time };
  if (!isActive(view)) return { heard, saying: { what: "ended" } };
  if (view.state !== "running") return { heard, saying: null };
  if (!heard.started) return { heard: { ...heard, started: true, time }, saying: { what: "started" } };
  const quarter = Math.min(3, Math.floor(overallProgress(view) * 4));
  if (quarter <= heard.quarter) return { heard, saying: null };
  if (time - heard.time < PAUSE_S) return { heard: { ...heard, quarter }, saying: null };
  return { heard: { ...heard, quarter, time }, saying: { what: "quarter", percent: quarter * 25 } };
}
