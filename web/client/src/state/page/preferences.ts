/** What a person chose for this browser. */

import { create } from "zustand";
import type { ByteUnits } from "@/i18n/amounts";
import type { Language } from "@/i18n/i18n";
import type { Clock, Dates } from "@/i18n/moments";

export type Theme = "system" | "dark" | "light" | "contrast";
export const THEMES: readonly Theme[] = ["system", "dark", "light", "contrast"];

/** How often a node shows the picture that forms: at every step, every two seconds or so, never. */
export type Previews = "all" | "fewer" | "none";

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
  /** Pictures on the nodes while they form; null until it is chosen. */
  previews: Previews | null;
  /** How sizes in bytes are shown. */
  units: ByteUnits;
  clock: Clock;
  /** How lists say when something was. */
  dates: Dates;
  /** A desktop notification when a long job ends while the page is hidden. */
  notifyDone: boolean;
  /** Single letters act as keys. Off for people whose input tools press letters (WCAG 2.1.4). */
  singleKeys: boolean;
  /** Shaking nodes while they are dragged takes them out of their wires. Off: a hand may tremble. */
  shakeDetaches: boolean;
  /** The card after the first picture was sent away. */
  toured: boolean;
  /** Node types that stand first in the node library. */
  bookmarkedTypes: readonly string[];
}

const KEY = "noiseloom.preferences";

function stored(): Partial<Preferences> {
  try {
    return today(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>);
  } catch {
    return {};
  }
}

/** Previews were once on or off, and on was no choice. */
function today(kept: Partial<Preferences>): Partial<Preferences> {
  const previews: unknown = kept.previews;
  return typeof previews === "boolean" ? { ...kept, previews: previews ? null : "none" } : kept;
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
    previews: null,
    units: "decimal",
    clock: "system",
    dates: "exact",
    notifyDone: false,
    singleKeys: true,
    shakeDetaches: false,
    toured: false,
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
