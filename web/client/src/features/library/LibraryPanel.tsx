import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { SearchField } from "@/ui/SearchField";
import { DraftList } from "./DraftList";
import styles from "./Library.module.css";
import { SavedList } from "./SavedList";
import { TemplateList } from "./TemplateList";
import { TrashList } from "./TrashList";

const SHELVES = { saved: SavedList, templates: TemplateList, drafts: DraftList, trash: TrashList } as const;

type Shelf = keyof typeof SHELVES;

/** The library: saved workflows, templates, drafts of any window, the trash. */
export default function LibraryPanel() {
  const { t } = useWords();
  const [shelf, setShelf] = useState<Shelf>("saved");
  const [words, setWords] = useState("");
  const List = SHELVES[shelf];
  return (
    <div className={styles.shelf}>
      <SearchField className={styles.search} label={t("library.search")} value={words} onChange={setWords} />
      <fieldset className={styles.shelves} aria-label={t("library.shelves")}>
        {(Object.keys(SHELVES) as Shelf[]).map((id) => (
          <button key={id} type="button" aria-pressed={id === shelf} onClick={() => setShelf(id)}>
            {t(`library.shelf.${id}`)}
          </button>
        ))}
      </fieldset>
      <div className={styles.list}>
        <List words={words.trim().toLowerCase()} onShowTemplates={() => setShelf("templates")} />
      </div>
    </div>
  );
}
