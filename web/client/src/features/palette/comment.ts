/** The palette's row for a comment: it is added like a node and is none. */

import { useMemo } from "react";
import type { Candidate } from "@/i18n/nodeSearch";
import { useEveryLanguage, useWords } from "@/i18n/useWords";
import { categoryName } from "@/i18n/words";

/** Stands for the type that a comment does not have. */
export const COMMENT = "$comment";
const CATEGORY = "text";

export function useCommentCandidate(): Candidate {
  const { t } = useWords();
  const speakers = useEveryLanguage();
  return useMemo(
    () => ({
      spec: {
        id: COMMENT,
        title: t("comment.text"),
        category: CATEGORY,
        description: t("comment.help"),
        version: "",
        inputs: [],
        outputs: [],
        is_output: false,
        cacheable: false,
        deprecated: false,
        experimental: false,
        aliases: [],
        source: "",
      },
      title: t("comment.text"),
      category: categoryName(t, CATEGORY),
      subcategory: "",
      words: ["note", "comment", "markdown", "zhushi", "zs", ...speakers.map((speak) => speak("comment.text"))],
    }),
    [speakers, t],
  );
}
