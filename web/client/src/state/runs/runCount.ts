/** How many times Run queues the workflow. */

import { create } from "zustand";

export const MOST_RUNS = 100;

export const useRunCount = create<{ count: number }>(() => ({ count: 1 }));

/** Choose it; what is no whole number from 1 to 100 is brought there. */
export function chooseRunCount(count: number): void {
  useRunCount.setState({ count: Math.min(MOST_RUNS, Math.max(1, Math.round(count) || 1)) });
}

export function runCount(): number {
  return useRunCount.getState().count;
}
