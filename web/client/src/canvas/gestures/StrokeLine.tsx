import styles from "./StrokeLine.module.css";
import { useStroke } from "./strokes";

/** The line under the hand while it cuts or draws a lasso. */
export function StrokeLine() {
  const { kind, points } = useStroke();
  if (kind === null) return null;
  return (
    <svg className={styles.stroke} data-stroke={kind} aria-hidden>
      <polyline points={points.map((point) => point.join(",")).join(" ")} />
    </svg>
  );
}
