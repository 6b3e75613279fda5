import styles from "./ShareBar.module.css";

interface Props {
  label: string;
  total: number;
  done: number;
  failed: number;
  cancelled: number;
  className?: string | undefined;
}

/** How much of a batch is done, failed and cancelled. The numbers stand beside it in words. */
export function ShareBar({ label, total, done, failed, cancelled, className = "" }: Props) {
  const width = (count: number) => ({ width: `${total === 0 ? 0 : (count / total) * 100}%` });
  return (
    <span
      className={`${styles.bar} ${className}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done + failed + cancelled}
    >
      <span className={styles.done} style={width(done)} />
      <span className={styles.failed} style={width(failed)} />
      <span className={styles.cancelled} style={width(cancelled)} />
    </span>
  );
}
