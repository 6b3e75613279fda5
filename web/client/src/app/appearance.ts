/** Theme, size and language on the document element. */

import { useEffect } from "react";
import { fetchWords, type Language, speakLanguage, spokenLanguage, t } from "@/i18n/i18n";
import { notify } from "@/state/page/notices";
import { followPreferences, prefer, type Theme, usePreferences } from "@/state/page/preferences";

/** The theme to show. What the system asks for counts while nothing is chosen. */
function shown(theme: Theme): Exclude<Theme, "system"> {
  if (theme !== "system") return theme;
  if (matchMedia("(prefers-contrast: more)").matches) return "contrast";
  return matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

export function useAppearance(): void {
  const theme = usePreferences((state) => state.theme);
  const language = usePreferences((state) => state.language);
  const scale = usePreferences((state) => state.scale);
  useEffect(followPreferences, []);
  useEffect(() => {
    const asked = ["(prefers-color-scheme: light)", "(prefers-contrast: more)"].map((query) => matchMedia(query));
    const show = () => {
      document.documentElement.dataset.theme = shown(theme);
    };
    show();
    for (const query of asked) query.addEventListener("change", show);
    return () => {
      for (const query of asked) query.removeEventListener("change", show);
    };
  }, [theme]);
  useEffect(() => {
    document.documentElement.style.setProperty("--ui-scale", String(scale / 100));
  }, [scale]);
  useEffect(() => speak(language), [language]);
}

/** Speak `language` once its words are here. Returns how to think better of it. */
function speak(language: Language): () => void {
  let wanted = true;
  fetchWords(language).then(
    () => {
      if (!wanted) return;
      document.documentElement.lang = language;
      speakLanguage(language);
    },
    () => {
      if (!wanted) return;
      prefer({ language: spokenLanguage() });
      notify("error", t("connection.no_answer"));
    },
  );
  return () => {
    wanted = false;
  };
}
