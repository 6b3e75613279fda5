import { X } from "lucide-react";
import { createPortal } from "react-dom";
import { useWords } from "@/i18n/useWords";
import { dismiss, type Notice, useNotices } from "@/state/page/notices";
import { useTopModal } from "@/ui/Modal";
import styles from "./Notices.module.css";

/**
 * Messages above the strip, and what screen readers hear: a polite region, and one that interrupts. A modal dialog lies
 * over all else, so while one is open the messages are drawn in it.
 */
export function Notices() {
  const { t } = useWords();
  const { notices, spoken, told } = useNotices();
  const modal = useTopModal();
  const stack = (
    <div className={styles.stack} data-in-dialog={modal !== null}>
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
  );
  return (
    <>
      {modal === null ? stack : createPortal(stack, modal)}
      <div className="visually-hidden" role="log" aria-label={t("notices.spoken")} data-spoken>
        {spoken.map((line) => (
          <p key={line.id}>{line.text}</p>
        ))}
      </div>
      <div className="visually-hidden" role="alert" data-told>
        {told === null ? null : <p key={told.id}>{told.text}</p>}
      </div>
    </>
  );
}

function take({ id, action }: Notice): void {
  dismiss(id);
  action?.act();
}
