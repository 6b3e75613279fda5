import { TriangleAlert } from "lucide-react";
import { ApiError } from "@/api/client";
import { useWords } from "@/i18n/useWords";
import { keepMine, takeTheirs } from "@/state/actions/draft";
import { notify } from "@/state/page/notices";
import { useJournal } from "@/state/workflow/journal";
import styles from "./DraftConflict.module.css";

/** Another window changed the same draft: nothing is overwritten, the person decides. */
export function DraftConflict() {
  const { t } = useWords();
  const conflict = useJournal((state) => state.conflict);
  if (conflict === null) return null;
  const take = () =>
    void takeTheirs(conflict).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      notify("error", t("connection.no_answer"));
    });
  return (
    <div className={styles.bar} role="alert" data-draft-conflict>
      <TriangleAlert size={16} aria-hidden />
      <span>{t("drafts.conflict")}</span>
      <button type="button" onClick={take}>
        {t("drafts.theirs")}
      </button>
      <button type="button" onClick={() => keepMine(conflict)}>
        {t("drafts.mine")}
      </button>
    </div>
  );
}
