/** Finding a command by what is typed, in both languages at once. */

import { matchScore } from "@/i18n/match";
import type { Command } from "@/state/commands/command";

export interface Found {
  command: Command;
  /** In the reader's language. */
  title: string;
  group: string;
  /** In the other languages, and the id. */
  words: readonly string[];
}

/** What another word than the title counts. */
const BESIDE = 0.75;

/** What fits `query`, best first; what was used lately leads among equals. */
export function searchCommands(entries: readonly Found[], query: string, recent: readonly string[]): readonly Found[] {
  const text = query.trim();
  return entries
    .map((entry, at) => {
      const best = Math.max(
        matchScore(text, entry.title),
        ...entry.words.map((word) => matchScore(text, word) * BESIDE),
      );
      const used = recent.indexOf(entry.command.id);
      return { entry, at, score: best === 0 ? 0 : best + (used < 0 ? 0 : 6 - used) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ entry }) => entry);
}
