import { X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { dismiss, type Notice, useNotices } from "@/state/notices";
import styles from "./Notices.module.css";

/** Messages above the strip, and the polite live region for screen readers. */
export function Notices() {
  const { t } = useWords();
  const { notices, spoken } = useNotices();
  return (
    <>
      <div className={styles.stack}>
        {notices.map((notice) => (
          <div
            key={notice.id}
            className={styles.notice}
            data-kind={notice.kind}
            role={notice.kind === "error" ? "alert" : "status"}
          >
            <span>{notice.text}</span>
            {notice.action === undefined ? null : (
              <button type="button" className={styles.action} onClick={() => take(notice)}>
                {notice.action.label}
              </button>
            )}
            <button type="button" aria-label={t("notices.dismiss")} onClick={() => dismiss(notice.id)}>
              <X size={14} aria-hidden />
            </button>
          </div>
        ))}
      </div>
      <div className="visually-hidden" aria-live="polite" data-spoken>
        {spoken}
      </div>
    </>
  );
}

function take({ id, action }: Notice): void {
  dismiss(id);
  action?.act();
}
