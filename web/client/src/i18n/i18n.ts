/** The page's words. Both languages are in the bundle, so that switching asks nobody. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import nodesEn from "./en/nodes.json";
import pageEn from "./en/page.json";
import problemsEn from "./en/problems.json";
import nodesZh from "./zh-CN/nodes.json";
import pageZh from "./zh-CN/page.json";
import problemsZh from "./zh-CN/problems.json";

export type Language = "en" | "zh-CN";

const WORDS = {
  en: { ...pageEn, nodes: nodesEn, problems: problemsEn },
  "zh-CN": { ...pageZh, nodes: nodesZh, problems: problemsZh },
};

/** Prepare the words. Called once by the page's entry point. */
export function startWords(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, { translation: words }])),
  });
}

/** Speak another language. */
export function speakLanguage(language: Language): void {
  void i18next.changeLanguage(language);
}

/** A sentence outside React. Inside, use `useTranslation`, which follows the language. */
export function t(key: string, parameters: Record<string, unknown> = {}): string {
  return i18next.t(key, parameters);
}

export type Translate = (key: string, parameters?: Record<string, unknown>) => string;

/** The words of one language, whatever the page speaks now. */
export function i18nOf(language: Language): Translate {
  return i18next.getFixedT(language) as Translate;
}
