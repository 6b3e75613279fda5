import { useCallback, useEffect, useState } from "react";
import { ApiError } from "@/api/client";

export interface Polled<Value> {
  /** Null before the first answer; the last answer while there is no other. */
  value: Value | null;
  failed: boolean;
  /** Ask now. */
  again: () => void;
}

/** What the server answers, asked again every `pause` milliseconds while the page is looked at. */
export function usePolled<Value>(ask: () => Promise<Value>, pause: number): Polled<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is the wish to ask now
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (!document.hidden) {
        try {
          const answer = await ask();
          if (!wanted) return;
          setValue(answer);
          setFailed(false);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          if (wanted) setFailed(true);
        }
      }
      // The next question waits for this answer: a slow server is not asked twice at once.
      if (wanted) timer = setTimeout(() => void look(), pause);
    };
    void look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [ask, pause, turn]);
  return { value, failed, again: useCallback(() => setTurn((count) => count + 1), []) };
}
