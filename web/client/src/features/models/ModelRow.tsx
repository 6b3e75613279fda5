import { TriangleAlert } from "lucide-react";
import type { ModelFile } from "@/api/types";
import { useWords } from "@/i18n/useWords";
import { modelKind } from "@/i18n/words";
import { useFigures } from "@/state/page/figures";
import type { Placed } from "@/ui/VirtualList";
import { ModelMenu } from "./ModelMenu";
import styles from "./Models.module.css";
import { nameParts } from "./rows";

interface Props {
  kind: string;
  file: ModelFile;
  placed: Placed;
  chosen: boolean;
  choose: () => void;
}

/** A model file: its name, what it is, and what can be done with it. */
export function ModelRow({ kind, file, placed, chosen, choose }: Props) {
  const { t } = useWords();
  const figures = useFigures();
  const { leaf, folder } = nameParts(file.name);
  const { facts } = file;
  const family = facts == null ? "" : modelKind(t, facts) || t("model_library.unknown");
  const notes = [family, figures.bytes(file.size), figures.day(file.modified)].filter((words) => words !== "");
  return (
    <li {...placed} className={styles.file} data-model={file.name}>
      <button type="button" className={styles.open} aria-pressed={chosen} title={file.name} onClick={choose}>
        <strong>
          {folder === "" ? null : <span>{folder}/</span>}
          {leaf}
        </strong>
        {facts?.problem ? (
          <span className={styles.problem}>
            <TriangleAlert size={12} aria-hidden /> {facts.problem}
          </span>
        ) : (
          <span>{notes.join(" · ")}</span>
        )}
      </button>
      <ModelMenu kind={kind} name={file.name} title={leaf} />
    </li>
  );
}
