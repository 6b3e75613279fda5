import type { Translate } from "@/i18n/i18n";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";

/** What a kind of model is called: folders that nobody knows keep their names. */
export function kindTitleIn(t: Translate, kind: string): string {
  return wordsOr(t, `model_library.kinds.${kind}`, kind);
}

/** The same, inside a component. */
export function useKindTitle(): (kind: string) => string {
  const { t } = useWords();
  return (kind) => kindTitleIn(t, kind);
}
