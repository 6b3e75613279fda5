import { TriangleAlert } from "lucide-react";
import { missingModels } from "@/graph/missing";
import { useWords } from "@/i18n/useWords";
import { showMissing } from "@/state/actions/missing";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Models.module.css";
import { useKindTitle } from "./useKindTitle";

/** Model files that the open workflow names and nobody has here. */
export function MissingModels() {
  const { t } = useWords();
  const kindTitle = useKindTitle();
  const document = useWorkspace(shown);
  const catalogue = useKnownTypes();
  const missing = missingModels(document, catalogue);
  if (missing.length === 0) return null;
  return (
    <section className={styles.missing} aria-label={t("model_library.missing")}>
      <h3>
        <TriangleAlert size={16} aria-hidden /> {t("model_library.missing")}
      </h3>
      <ul>
        {missing.map(({ folder, file }) => (
          <li key={`${folder}/${file}`} data-missing-model={file}>
            <strong>{file}</strong>
            <span>{kindTitle(folder)}</span>
          </li>
        ))}
      </ul>
      <button type="button" onClick={showMissing}>
        {t("model_library.replace")}
      </button>
    </section>
  );
}
