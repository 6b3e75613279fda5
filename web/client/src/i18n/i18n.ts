/** The page's words. A language is fetched when it is first spoken: nobody reads both at once. */

import i18next from "i18next";

export type Language = "en" | "zh-CN";

const WORDS: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import("./en/words"),
  "zh-CN": () => import("./zh-CN/words"),
};

/** Texts that the first page does not show. English needs none: they are in the workflows already. */
const MORE_WORDS: Partial<Record<Language, () => Promise<{ default: object }>>> = {
  "zh-CN": () => import("./zh-CN/templates"),
};

export const LANGUAGES = Object.keys(WORDS) as Language[];

/** Fetch the words of the page's language. Awaited once, before the page is drawn. */
export async function startWords(language: Language): Promise<void> {
  const { default: translation } = await WORDS[language]();
  await i18next.init({
    lng: language,
    fallbackLng: "en",
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: { [language]: { translation } },
  });
}

/** Call `heard` when other words are spoken from now on: another language, or more words of this one. */
export function followWords(heard: () => void): void {
  const followStore = () => i18next.store.on("added", heard);
  if (i18next.isInitialized) followStore();
  else i18next.on("initialized", followStore);
  i18next.on("languageChanged", heard);
}

/** Fetch what the first page did without; who shows such a text draws it again. Until then it is English. */
export async function fetchMoreWords(language: Language): Promise<void> {
  const found = await MORE_WORDS[language]?.();
  if (found !== undefined) i18next.addResourceBundle(language, "translation", found.default, true, true);
}

/** Have the words of another language ready for `i18nOf` and `speakLanguage`. Rejects where the server is gone. */
export async function fetchWords(language: Language): Promise<void> {
  if (hasWords(language)) return;
  const { default: translation } = await WORDS[language]();
  i18next.addResourceBundle(language, "translation", translation);
  await fetchMoreWords(language);
}

export function hasWords(language: Language): boolean {
  return i18next.hasResourceBundle(language, "translation");
}

/** Speak a language whose words are here. */
export function speakLanguage(language: Language): void {
  void i18next.changeLanguage(language);
}

/** The language that the page speaks now. */
export function spokenLanguage(): Language {
  return i18next.language as Language;
}

/** A sentence outside React. Inside, use `useWords`, which follows the language. */
export function t(key: string, parameters: Record<string, unknown> = {}): string {
  return i18next.t(key, parameters);
}

export type Translate = (key: string, parameters?: Record<string, unknown>) => string;

/** The words of one language, whatever the page speaks now. They have to be here. */
export function i18nOf(language: Language): Translate {
  return i18next.getFixedT(language) as Translate;
}
