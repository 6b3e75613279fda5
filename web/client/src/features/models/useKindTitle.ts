import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";

/** What a kind of model is called: folders that nobody knows keep their names. */
export function useKindTitle(): (kind: string) => string {
  const { t } = useWords();
  return (kind) => wordsOr(t, `model_library.kinds.${kind}`, kind);
}
