import { X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import styles from "./dialog.module.css";
import { Modal } from "./Modal";

interface Props {
  title: string;
  /** A class of one's own, for the width (`--width`) among others. */
  className?: string | undefined;
  /** What stands in the head between title and way out. */
  beside?: React.ReactNode;
  onClose: () => void;
  children: React.ReactNode;
}

/** A dialog with a head: its title, and a button that closes it. */
export function Dialog({ title, className = "", beside, onClose, children }: Props) {
  const { t } = useWords();
  return (
    <Modal label={title} className={`${styles.dialog} ${className}`} onClose={onClose}>
      <header className={styles.head}>
        <h2>{title}</h2>
        {beside}
        <button
          type="button"
          className={styles.close}
          aria-label={t("panel.close", { title })}
          onClick={(event) => event.currentTarget.closest("dialog")?.close()}
        >
          <X size={18} aria-hidden />
        </button>
      </header>
      {children}
    </Modal>
  );
}
