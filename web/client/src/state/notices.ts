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

interface Notices {
  notices: readonly Notice[];
  /** The polite live region's text. */
  spoken: string;
}

const SHOWN_MS = 4_000;
const SHOWN_WITH_ACTION_MS = 8_000;
const MOST = 3;

export const useNotices = create<Notices>(() => ({ notices: [], spoken: "" }));

/** Show a message. Warnings and errors stay until they are dismissed. */
export function notify(kind: Notice["kind"], text: string, action?: NoticeAction): void {
  const id = performance.now();
  const notice: Notice = { id, kind, text, ...(action === undefined ? {} : { action }) };
  useNotices.setState((state) => ({ notices: [...state.notices, notice].slice(-MOST) }));
  if (kind === "info") setTimeout(() => dismiss(id), action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS);
}

export function dismiss(id: number): void {
  useNotices.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
}

/** Say something to screen readers only. */
export function speak(text: string): void {
  useNotices.setState({ spoken: text });
}
