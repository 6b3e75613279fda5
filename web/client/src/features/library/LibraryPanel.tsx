import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { SHELVES, type Shelf, useShelf } from "@/state/page/shelf";
import { SearchField } from "@/ui/SearchField";
import { DraftList } from "./DraftList";
import styles from "./Library.module.css";
import { SavedList } from "./SavedList";
import { TemplateList } from "./TemplateList";
import { TrashList } from "./TrashList";

const LISTS = { saved: SavedList, templates: TemplateList, drafts: DraftList, trash: TrashList } as const;

const show = (shelf: Shelf) => useShelf.setState({ shelf });

/** The library: saved workflows, templates, drafts of any window, the trash. */
export default function LibraryPanel() {
  const { t } = useWords();
  const { shelf } = useShelf();
  const [words, setWords] = useState("");
  const List = LISTS[shelf];
  return (
    <div className={styles.shelf}>
      <SearchField className={styles.search} label={t("library.search")} value={words} onChange={setWords} />
      <fieldset className={styles.shelves} aria-label={t("library.shelves")}>
        {SHELVES.map((id) => (
          <button key={id} type="button" aria-pressed={id === shelf} onClick={() => show(id)}>
            {t(`library.shelf.${id}`)}
          </button>
        ))}
      </fieldset>
      <div className={styles.list}>
        <List words={words.trim().toLowerCase()} onShowTemplates={() => show("templates")} />
      </div>
    </div>
  );
}
