import { Copy, X } from "lucide-react";
import type { ModelFile } from "@/api/types";
import { useWords } from "@/i18n/useWords";
import { modelKind } from "@/i18n/words";
import { useFigures } from "@/state/page/figures";
import { Linked } from "@/ui/Linked";
import styles from "./Models.module.css";
import { nameParts } from "./rows";
import { copyName } from "./use";

interface Props {
  kind: string;
  kindTitle: string;
  file: ModelFile;
  onClose: () => void;
}

/** All that is known of a model file: from its header, and from its author. */
export function ModelAbout({ kind, kindTitle, file, onClose }: Props) {
  const { t } = useWords();
  const figures = useFigures();
  const { facts } = file;
  const said = facts?.said;
  const { leaf } = nameParts(file.name);
  const lines: (readonly [key: string, words: string])[] = [
    ["kind", kindTitle],
    ["family", facts == null ? "" : modelKind(t, facts)],
    ["size", figures.bytes(file.size)],
    ["modified", figures.exact(file.modified)],
    ["parameters", facts?.parameters ? figures.count(facts.parameters) : ""],
    ["dtype", facts?.dtype ?? ""],
    ["author", said?.author ?? ""],
    ["license", said?.license ?? ""],
    ["trigger", said?.trigger ?? ""],
  ];
  return (
    <section className={styles.about} aria-label={t("model_library.about", { name: leaf })}>
      <header>
        <h3>{said?.title || leaf}</h3>
        <button
          type="button"
          className={styles.close}
          aria-label={t("model_library.copy")}
          onClick={() => copyName(kind, file.name)}
        >
          <Copy size={16} aria-hidden />
        </button>
        <button
          type="button"
          className={styles.close}
          aria-label={t("model_library.close_about")}
          title="Esc"
          onClick={onClose}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <p className={styles.path}>{file.name}</p>
      {facts?.problem ? (
        <p className={styles.problem} role="alert">
          {facts.problem} {facts.remedy}
        </p>
      ) : null}
      {facts != null && facts.family == null && !facts.problem ? <p>{t("model_library.unknown_words")}</p> : null}
      {facts?.family != null && !facts.supported ? <p>{t("model_library.unsupported")}</p> : null}
      {said?.description ? <Linked text={said.description} /> : null}
      <dl>
        {lines
          .filter(([, words]) => words !== "")
          .map(([key, words]) => (
            <div key={key}>
              <dt>{t(`model_library.facts.${key}`)}</dt>
              <dd>{words}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
