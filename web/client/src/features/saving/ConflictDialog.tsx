import { useMemo } from "react";
import { compareDocuments } from "@/graph/compare";
import { useWords } from "@/i18n/useWords";
import { keepMineSaved, takeTheirsSaved } from "@/state/actions/shelf";
import { type SaveConflict, useSaving } from "@/state/workflow/saving";
import { wholeDocument } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import { Differences } from "./Differences";
import styles from "./Saving.module.css";

const close = () => useSaving.setState({ conflict: null });

/** Somebody saved the same workflow in between: both are shown, and nothing is lost whatever one chooses. */
export default function ConflictDialog({ conflict }: { conflict: SaveConflict }) {
  const { t } = useWords();
  const { name, theirs } = conflict;
  const comparison = useMemo(() => (theirs === null ? null : compareDocuments(theirs, wholeDocument())), [theirs]);
  return (
    <Dialog title={t("saving.conflict_title")} className={styles.wide} onClose={close}>
      <p className={dialog.teach}>{t(theirs === null ? "saving.gone" : "saving.conflict", { name })}</p>
      {theirs === null || comparison === null ? null : (
        <Differences before={theirs} after={wholeDocument()} comparison={comparison} />
      )}
      <footer className={dialog.actions}>
        {theirs === null ? null : (
          <button type="button" onClick={takeTheirsSaved}>
            {t("saving.take_theirs")}
          </button>
        )}
        <button type="button" onClick={() => useSaving.setState({ conflict: null, asking: true })}>
          {t("saving.save_copy")}
        </button>
        <button type="button" className={dialog.main} onClick={keepMineSaved}>
          {t("saving.keep_mine")}
        </button>
      </footer>
    </Dialog>
  );
}
