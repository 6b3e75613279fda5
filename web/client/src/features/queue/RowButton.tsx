import styles from "./Queue.module.css";

interface Props {
  label: string;
  act: () => void;
  disabled?: boolean;
  /** Out of the tab order: its row has the focus elsewhere, or a key of its own. */
  skip?: boolean;
  children: React.ReactNode;
}

/** A small button of a row, by a sign; its words are its name and tooltip. */
export function RowButton({ label, act, disabled = false, skip = false, children }: Props) {
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={label}
      title={label}
      disabled={disabled}
      tabIndex={skip ? -1 : 0}
      onClick={act}
    >
      {children}
    </button>
  );
}
