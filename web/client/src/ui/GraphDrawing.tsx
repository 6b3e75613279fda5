import styles from "./GraphDrawing.module.css";

/** `added` has a cross, `removed` a bar, `changed` a wave: no mark is told by its colour alone. */
export type Mark = "added" | "removed" | "changed" | "looks";

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  label?: string;
  mark?: Mark | undefined;
}

export interface Line {
  from: readonly [number, number];
  to: readonly [number, number];
}

interface Props {
  boxes: readonly Box[];
  lines?: readonly Line[];
  /** What it shows; empty where the words beside it say so already. */
  label: string;
  className?: string | undefined;
  onChoose?: (id: string) => void;
}

const MARGIN = 40;
const SIGNS: Record<Mark, string> = { added: "+", removed: "−", changed: "~", looks: "·" };

/** A graph drawn small: its boxes, its wires, and what became of each node. */
export function GraphDrawing({ boxes, lines = [], label, className, onChoose }: Props) {
  const silent = label === "";
  if (boxes.length === 0) return <div className={className} role="img" aria-label={label} aria-hidden={silent} />;
  const left = Math.min(...boxes.map((box) => box.x)) - MARGIN;
  const top = Math.min(...boxes.map((box) => box.y)) - MARGIN;
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - left + MARGIN;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - top + MARGIN;
  return (
    <svg
      className={`${styles.drawing} ${className ?? ""}`}
      viewBox={`${left} ${top} ${width} ${height}`}
      role="img"
      aria-label={label}
      aria-hidden={silent}
    >
      {lines.map(({ from, to }) => {
        const bend = Math.max(40, Math.abs(to[0] - from[0]) / 2);
        const path = `M${from[0]} ${from[1]}C${from[0] + bend} ${from[1]} ${to[0] - bend} ${to[1]} ${to[0]} ${to[1]}`;
        return <path key={path} className={styles.wire} d={path} />;
      })}
      {boxes.map((box) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the list beside the drawing does the same by keyboard
        <g key={box.id} data-mark={box.mark} className={styles.node} onClick={() => onChoose?.(box.id)}>
          <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={12} />
          {box.label === undefined ? null : (
            <text x={box.x + 12} y={box.y + 26}>
              {box.label}
            </text>
          )}
          {box.mark === undefined ? null : (
            <text className={styles.sign} x={box.x + box.width - 14} y={box.y + 32} textAnchor="end">
              {SIGNS[box.mark]}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
