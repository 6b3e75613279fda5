/** What a list of the library shows: read when it is opened, and again when the shelf changed. */

import { useEffect, useState } from "react";
import { ApiError } from "@/api/client";
import { useSaving } from "@/state/workflow/saving";

export interface ListProps {
  /** What is searched for, in lower case. */
  words: string;
  onShowTemplates: () => void;
}

export interface Read<Item> {
  items: readonly Item[] | null;
  failed: boolean;
}

export function useRead<Item>(read: () => Promise<readonly Item[]>): Read<Item> {
  const changed = useSaving((state) => state.changed);
  const [found, setFound] = useState<Read<Item>>({ items: null, failed: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changed` is the signal to read again; `read` never changes
  useEffect(() => {
    let wanted = true;
    read().then(
      (items) => wanted && setFound({ items, failed: false }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setFound(({ items }) => ({ items, failed: true }));
      },
    );
    return () => {
      wanted = false;
    };
  }, [changed]);
  return found;
}

/** Whether every word is in one of the texts. */
export function matches(words: string, texts: readonly (string | undefined)[]): boolean {
  const all = texts.join("\n").toLowerCase();
  return words.split(/\s+/).every((word) => all.includes(word));
}
