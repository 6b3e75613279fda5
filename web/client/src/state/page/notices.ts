/** Short messages at the foot of the page, and sentences for screen readers. */

import { create } from "zustand";

export interface Notice {
  id: number;
  kind: "info" | "warning" | "error";
  text: string;
  /** What the message offers, such as Undo. */
  action?: NoticeAction;
}

export interface NoticeAction {
  label: string;
  act: () => void;
}

/** A sentence for screen readers. Each has a number of its own: the same words said twice are heard twice. */
export interface Spoken {
  id: number;
  text: string;
}

interface Notices {
  notices: readonly Notice[];
  /** What the polite live region holds, oldest first. */
  spoken: readonly Spoken[];
  /** What interrupts: what went wrong, once. */
  told: Spoken | null;
}

const SHOWN_MS = 4_000;
const SHOWN_WITH_ACTION_MS = 8_000;
const MOST = 3;

export const useNotices = create<Notices>(() => ({ notices: [], spoken: [], told: null }));

let lastSpoken = 0;

/** Show a message; said again, it takes its own place. Warnings and errors stay until they are dismissed. Answers its id. */
export function notify(kind: Notice["kind"], text: string, action?: NoticeAction): number {
  const id = performance.now();
  const notice: Notice = { id, kind, text, ...(action === undefined ? {} : { action }) };
  const others = useNotices.getState().notices.filter((other) => other.kind !== kind || other.text !== text);
  useNotices.setState({ notices: [...others, notice].slice(-MOST) });
  if (kind === "info") setTimeout(() => dismiss(id), action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS);
  return id;
}

export function dismiss(id: number): void {
  useNotices.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
}

/** Say something to screen readers only, when they have finished what they are at. */
export function speak(text: string): void {
  lastSpoken += 1;
  const line = { id: lastSpoken, text };
  // The lines before stay a while: a reader that is in the middle of one goes on to the next.
  useNotices.setState(({ spoken }) => ({ spoken: [...spoken, line].slice(-MOST) }));
}

/** Tell screen readers at once what went wrong. */
export function tellAtOnce(text: string): void {
  lastSpoken += 1;
  useNotices.setState({ told: { id: lastSpoken, text } });
}
