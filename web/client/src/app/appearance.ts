/** Theme and language on the document element. */

import { useEffect } from "react";
import { speakLanguage } from "@/i18n/i18n";
import { usePreferences } from "@/state/preferences";

export function useAppearance(): void {
  const theme = usePreferences((state) => state.theme);
  const language = usePreferences((state) => state.language);

  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: light)");
    const show = () => {
      const chosen = theme === "system" ? (system.matches ? "light" : "dark") : theme;
      document.documentElement.dataset.theme = chosen;
    };
    show();
    system.addEventListener("change", show);
    return () => system.removeEventListener("change", show);
  }, [theme]);

  useEffect(() => {
    document.documentElement.lang = language;
    speakLanguage(language);
  }, [language]);
}
