import { useEffect, useState } from "react";
import { create } from "zustand";
import { fetchWords, followWords, hasWords, i18nOf, LANGUAGES, spokenLanguage, type Translate, t } from "./i18n";

/** One voice for all: thousands of components ask for words, each time they are drawn. */
const useVoice = create<{ t: Translate }>(() => ({ t }));
followWords(() => useVoice.setState({ t: i18nOf(spokenLanguage()) }));

/** The page's words inside components; they follow the language. */
export function useWords(): { t: Translate } {
  return useVoice();
}

/**
 * The words of every language, for searches that take a name in any of them. The other languages are fetched now; until
 * they are here, and where the server is gone, the page's own is all there is.
 */
export function useEveryLanguage(): readonly Translate[] {
  const [speakers, setSpeakers] = useState(present);
  useEffect(() => {
    let mounted = true;
    void Promise.allSettled(LANGUAGES.map(fetchWords)).then(() => {
      if (mounted) setSpeakers((known) => (known.length === LANGUAGES.filter(hasWords).length ? known : present()));
    });
    return () => {
      mounted = false;
    };
  }, []);
  return speakers;
}

function present(): readonly Translate[] {
  return LANGUAGES.filter(hasWords).map(i18nOf);
}
