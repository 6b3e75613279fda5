/** Marks for places on the canvas: Mod+Alt+digit sets one, the digit alone goes there. */

import { bookmarkOf, setBookmark } from "@/graph/bookmarks";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import type { Command } from "@/state/commands/command";
import { speak } from "@/state/page/notices";
import { currentDocument, run } from "@/state/workflow/workspace";

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

function set(digit: number): void {
  const view = viewport()?.view();
  if (view === undefined) return;
  run(setBookmark(digit, view));
  speak(t("bookmark.was_set", { digit }));
}

function go(digit: number): void {
  const view = bookmarkOf(currentDocument(), digit);
  if (view === undefined) return;
  viewport()?.go(view);
  speak(t("bookmark.at", { digit }));
}

export const bookmarkCommands: readonly Command[] = DIGITS.flatMap((digit): Command[] => [
  {
    id: `bookmark.set_${digit}`,
    title: `bookmark.set_${digit}`,
    group: "view",
    keys: [`Mod+Alt+${digit}`],
    scope: "canvas",
    run: () => set(digit),
  },
  {
    id: `bookmark.go_${digit}`,
    title: `bookmark.go_${digit}`,
    group: "view",
    keys: [`${digit}`],
    scope: "canvas",
    when: () => bookmarkOf(currentDocument(), digit) !== undefined,
    run: () => go(digit),
  },
]);
