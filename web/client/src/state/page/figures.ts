/** Sizes and moments in words, as a person chose to read them. Everything that shows one asks here. */

import { useEffect, useMemo, useState } from "react";
import { bytesWords, countWords } from "@/i18n/amounts";
import { clockWords, exactWords, momentWords } from "@/i18n/moments";
import { usePreferences } from "./preferences";

export interface Figures {
  bytes: (count: number) => string;
  count: (count: number) => string;
  /** When something was, with its time. Moments are in seconds. */
  moment: (seconds: number) => string;
  /** When something was; its time of day is of no interest. */
  day: (seconds: number) => string;
  /** The time of a moment of today. */
  clock: (seconds: number) => string;
  /** The date and time themselves, whatever lists say. */
  exact: (seconds: number) => string;
}

const MINUTE_MS = 60_000;

/** Words for figures inside components; they follow the settings, and "5 minutes ago" follows the clock. */
export function useFigures(): Figures {
  const { language, units, clock, dates } = usePreferences();
  const minute = useMinute(dates === "ago");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the minute
  return useMemo(() => {
    const style = { clock, dates };
    return {
      bytes: (count) => bytesWords(language, count, units),
      count: (count) => countWords(language, count),
      moment: (seconds) => momentWords(language, style, seconds, true),
      day: (seconds) => momentWords(language, style, seconds, false),
      clock: (seconds) => clockWords(language, style, seconds),
      exact: (seconds) => exactWords(language, clock, seconds),
    };
  }, [language, units, clock, dates, minute]);
}

function useMinute(counts: boolean): number {
  const [minute, setMinute] = useState(0);
  useEffect(() => {
    if (!counts) return;
    const timer = setInterval(() => setMinute((before) => before + 1), MINUTE_MS);
    return () => clearInterval(timer);
  }, [counts]);
  return minute;
}
