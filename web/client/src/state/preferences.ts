/** What a person chose for this browser. */

import { create } from "zustand";
import type { Language } from "@/i18n/i18n";

export type Theme = "system" | "dark" | "light" | "contrast";
export const THEMES: readonly Theme[] = ["system", "dark", "light", "contrast"];

/** Interface sizes in percent; the canvas has its own zoom. */
export const SCALES: readonly number[] = [90, 100, 110, 125, 150];

export interface Preferences {
  theme: Theme;
  language: Language;
  /** The size of bars, panels and dialogs, in percent. */
  scale: number;
  minimap: boolean;
  /** What a drag on the empty canvas does. */
  dragOnEmpty: "pan" | "select";
  /** Pictures on the nodes while they form. */
  previews: boolean;
  /** A desktop notification when a long job ends while the page is hidden. */
  notifyDone: boolean;
  /** Single letters act as keys. Off for people whose input tools press letters (WCAG 2.1.4). */
  singleKeys: boolean;
  /** Node types that stand first in the node library. */
  bookmarkedTypes: readonly string[];
}

const KEY = "noiseloom.preferences";

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}

function browserLanguage(): Language {
  return (globalThis.navigator?.language ?? "en").toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

function defaults(): Preferences {
  return {
    theme: "system",
    language: browserLanguage(),
    scale: 100,
    minimap: (globalThis.innerWidth ?? 0) >= 1600,
    dragOnEmpty: "pan",
    previews: true,
    notifyDone: false,
    singleKeys: true,
    bookmarkedTypes: [],
  };
}

export const usePreferences = create<Preferences>(() => ({ ...defaults(), ...stored() }));

/** Change a choice and remember it. */
export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(usePreferences.getState()));
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}

/** Follow what other tabs of this browser choose. Returns how to stop. */
export function followPreferences(): () => void {
  const follow = (event: StorageEvent) => {
    if (event.key === KEY) usePreferences.setState(stored());
  };
  addEventListener("storage", follow);
  return () => removeEventListener("storage", follow);
}
