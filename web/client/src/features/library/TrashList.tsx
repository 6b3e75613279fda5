import { getTrash } from "@/api/workflows";
import { useWords } from "@/i18n/useWords";
import { untrash } from "@/state/actions/shelf";
import { useFigures } from "@/state/page/figures";
import { Nothing } from "./Card";
import styles from "./Library.module.css";
import { type ListProps, matches, useRead } from "./useRead";

/** Deleted workflows; each can be brought back. */
export function TrashList({ words }: ListProps) {
  const { t } = useWords();
  const figures = useFigures();
  const { items, failed } = useRead(getTrash);
  if (items === null && !failed) return null;
  const shown = (items ?? []).filter(({ name }) => matches(words, [name]));
  if (shown.length === 0) return <Nothing words={words} empty={t("library.trash_empty")} failed={failed} />;
  return (
    <ul>
      {shown.map(({ trash, name, deleted }) => (
        <li key={trash} className={styles.trashed}>
          <span className={styles.words}>
            <strong>{name}</strong>
            <span>{figures.moment(deleted)}</span>
          </span>
          <button type="button" onClick={() => void untrash(trash, name)}>
            {t("library.restore")}
          </button>
        </li>
      ))}
    </ul>
  );
}
