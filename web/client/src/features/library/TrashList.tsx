import { getTrash } from "@/api/workflows";
import { useWords } from "@/i18n/useWords";
import { untrash } from "@/state/actions/shelf";
import { usePreferences } from "@/state/preferences";
import { Nothing } from "./Card";
import styles from "./Library.module.css";
import { type ListProps, matches, useRead } from "./useRead";

/** Deleted workflows; each can be brought back. */
export function TrashList({ words }: ListProps) {
  const { t } = useWords();
  const language = usePreferences((state) => state.language);
  const { items, failed } = useRead(getTrash);
  if (items === null && !failed) return null;
  const shown = (items ?? []).filter(({ name }) => matches(words, [name]));
  if (shown.length === 0) return <Nothing words={words} empty={t("library.trash_empty")} failed={failed} />;
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <ul>
      {shown.map(({ trash, name, deleted }) => (
        <li key={trash} className={styles.trashed}>
          <span className={styles.words}>
            <strong>{name}</strong>
            <span>{date.format(deleted * 1000)}</span>
          </span>
          <button type="button" onClick={() => void untrash(trash, name)}>
            {t("library.restore")}
          </button>
        </li>
      ))}
    </ul>
  );
}
