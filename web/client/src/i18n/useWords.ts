import { useTranslation } from "react-i18next";
import type { Translate } from "./i18n";

/** The page's words inside components; they follow the language. */
export function useWords(): { t: Translate } {
  const { t } = useTranslation();
  return { t: t as Translate };
}
