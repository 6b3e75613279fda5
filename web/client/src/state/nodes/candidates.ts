/** The node types to choose from, with all that they may be found by. */

import { useMemo } from "react";
import type { Candidate } from "@/i18n/nodeSearch";
import { useEveryLanguage, useWords } from "@/i18n/useWords";
import { categoryName, typeTitle, wordsOr } from "@/i18n/words";
import { useLibraryTypes } from "@/state/workflow/library";
import { useKnownTypes } from "./catalogue";

export function useCandidates(): Candidate[] {
  const { t } = useWords();
  const catalogue = useKnownTypes();
  const published = useLibraryTypes();
  const speakers = useEveryLanguage();
  return useMemo(
    () =>
      [...catalogue.values(), ...published.values()]
        .filter((spec) => !spec.deprecated)
        .map((spec) => ({
          spec,
          title: typeTitle(t, spec, spec.id),
          category: categoryName(t, spec.category),
          subcategory: categoryName(t, spec.category.split("/").slice(1).join("/")),
          words: [
            spec.id,
            spec.title,
            ...spec.aliases,
            ...speakers.flatMap((speak) => [
              typeTitle(speak, spec, spec.id),
              ...wordsOr(speak, `nodes.types.${spec.id}.search`, "").split(" "),
            ]),
          ].filter((word) => word !== ""),
        })),
    [catalogue, published, speakers, t],
  );
}
