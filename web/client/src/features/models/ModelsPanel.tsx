import { RotateCw } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import type { ModelFile } from "@/api/types";
import { useWords } from "@/i18n/useWords";
import { modelKind } from "@/i18n/words";
import { useKeyOf, withKey } from "@/state/commands/bindings";
import { runCommand } from "@/state/commands/table";
import { useCatalogue } from "@/state/nodes/catalogue";
import { loadModels, stopLoadingModels, useModels } from "@/state/nodes/models";
import { SearchField } from "@/ui/SearchField";
import { VirtualList } from "@/ui/VirtualList";
import { MissingModels } from "./MissingModels";
import { ModelAbout } from "./ModelAbout";
import { ModelRow } from "./ModelRow";
import styles from "./Models.module.css";
import { modelRows, type Row } from "./rows";
import { kindTitleIn, useKindTitle } from "./useKindTitle";

const ROW = 48;
const keyOf = (row: Row) => (row.row === "kind" ? `${row.kind}/` : `${row.kind}/${row.file.name}`);

/** Every model file by kind: what it is, and the way into the workflow. */
export default function ModelsPanel() {
  const { t } = useWords();
  const kindTitle = useKindTitle();
  const kinds = useModels((state) => state.kinds);
  const failed = useModels((state) => state.failed);
  const [words, setWords] = useState("");
  const [kind, setKind] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  useFreshModels();
  const sought = useDeferredValue(words);
  const rows = useMemo(() => {
    const shown = (of: string, { facts }: ModelFile) =>
      `${kindTitleIn(t, of)}\n${facts == null ? "" : modelKind(t, facts)}`;
    return modelRows(kinds ?? [], kind === "" ? null : kind, sought, shown);
  }, [kinds, kind, sought, t]);
  const about = rows.find((row) => row.row === "file" && keyOf(row) === chosen);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the details first, then the panel
    <div
      className={styles.panel}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || about === undefined || event.defaultPrevented) return;
        event.preventDefault();
        setChosen(null);
      }}
    >
      <Bar words={words} setWords={setWords} kind={kind} setKind={setKind} />
      <MissingModels />
      {rows.length === 0 ? (
        <Nothing words={sought} kind={kind} failed={failed} />
      ) : (
        <VirtualList
          label={t("model_library.title")}
          count={rows.length}
          rowHeight={ROW}
          className={styles.list}
          row={(index, placed) => {
            const row = rows[index];
            if (row === undefined) return null;
            if (row.row === "kind") {
              return (
                <li key={keyOf(row)} {...placed} className={styles.kind}>
                  <h3>{kindTitle(row.kind)}</h3>
                  <span>{row.count}</span>
                </li>
              );
            }
            const key = keyOf(row);
            const open = key === chosen;
            const choose = () => setChosen(open ? null : key);
            return <ModelRow key={key} kind={row.kind} file={row.file} placed={placed} chosen={open} choose={choose} />;
          }}
        />
      )}
      {about?.row === "file" ? (
        <ModelAbout
          kind={about.kind}
          kindTitle={kindTitle(about.kind)}
          file={about.file}
          onClose={() => setChosen(null)}
        />
      ) : null}
    </div>
  );
}

/** Asked for when the panel opens, and with the lists of the nodes: R, an upload, a plug-in. */
function useFreshModels(): void {
  const catalogue = useCatalogue((state) => state.catalogue);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new catalogue is the signal to read again
  useEffect(() => {
    void loadModels();
    return stopLoadingModels;
  }, [catalogue]);
}

interface BarProps {
  words: string;
  setWords: (words: string) => void;
  kind: string;
  setKind: (kind: string) => void;
}

function Bar({ words, setWords, kind, setKind }: BarProps) {
  const { t } = useWords();
  const kindTitle = useKindTitle();
  const kinds = useModels((state) => state.kinds) ?? [];
  const reload = withKey(t("model_library.reload"), useKeyOf("page.reload_lists"));
  return (
    <div className={styles.bar}>
      <SearchField label={t("model_library.search")} value={words} onChange={setWords} />
      <div className={styles.filters}>
        <select aria-label={t("model_library.kind")} value={kind} onChange={(event) => setKind(event.target.value)}>
          <option value="">{t("model_library.all_kinds")}</option>
          {kinds.map(({ kind: name, files = [] }) => (
            <option key={name} value={name}>
              {kindTitle(name)} ({files.length})
            </option>
          ))}
        </select>
        <button
          type="button"
          aria-label={t("model_library.reload")}
          title={reload}
          onClick={() => runCommand("page.reload_lists")}
        >
          <RotateCw size={16} aria-hidden />
        </button>
      </div>
    </div>
  );
}

/** Why the list is empty, and what to do about it. */
function Nothing({ words, kind, failed }: { words: string; kind: string; failed: boolean }) {
  const { t } = useWords();
  const kindTitle = useKindTitle();
  const kinds = useModels((state) => state.kinds);
  const folders = kinds?.find((item) => item.kind === kind)?.folders ?? [];
  if (failed) {
    return (
      <p className={styles.nothing} role="alert">
        {t("connection.no_answer")}
      </p>
    );
  }
  return (
    <div className={styles.nothing} role="status">
      {kinds === null ? <p>{t("panel.loading")}</p> : null}
      {kinds !== null && words.trim() !== "" ? <p>{t("model_library.none", { words })}</p> : null}
      {kinds !== null && words.trim() === "" ? (
        <>
          <p>{kind === "" ? t("model_library.empty") : t("model_library.empty_kind", { kind: kindTitle(kind) })}</p>
          {folders.map((folder) => (
            <code key={folder}>{folder}</code>
          ))}
        </>
      ) : null}
    </div>
  );
}
