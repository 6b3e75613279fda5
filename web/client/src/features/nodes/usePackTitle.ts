import { BUILT_IN } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { LIBRARY } from "@/state/workflow/library";
import { packName } from "./tree";

/** What to call the place that a node type comes from. */
export function usePackTitle(): (source: string) => string {
  const { t } = useWords();
  return (source) => {
    if (source === BUILT_IN) return t("node_library.built_in");
    return source === LIBRARY ? t("node_library.published") : packName(source);
  };
}
