/** What a person chose for this browser: theme, language, minimap. */

import { create } from "zustand";
import type { Language } from "@/i18n/i18n";

export type Theme = "system" | "dark" | "light";

interface Preferences {
  theme: Theme;
  language: Language;
  minimap: boolean;
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
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export const usePreferences = create<Preferences>(() => ({
  theme: "system",
  language: browserLanguage(),
  minimap: innerWidth >= 1600,
  ...stored(),
}));

/** Change a choice and remember it. */
export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(usePreferences.getState()));
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
