import { type ConnectionLineComponentProps, getBezierPath } from "@xyflow/react";
import { useShallow } from "zustand/react/shallow";
import styles from "@/canvas/wires/Wire.module.css";
import { refusal } from "@/graph/connect";
import { refusalSentence } from "@/i18n/refusalWords";
import { useWords } from "@/i18n/useWords";
import { useConnecting } from "@/state/canvas/connecting";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import { socketColor } from "@/ui/socketLook";

/** The wire under the hand, with the reason at its tip where a socket refuses it. */
export function LooseWire(props: ConnectionLineComponentProps) {
  const { t } = useWords();
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, toHandle, connectionStatus } = props;
  const loose = useConnecting(useShallow((state) => state.loose));
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  });
  const body = useConnecting((state) => state.refused);
  const exact = connectionStatus === "invalid" && toHandle !== null ? refusalOf(fromHandle, toHandle) : null;
  const reason = body ?? (exact === null ? null : refusalSentence(t, exact));
  return (
    <g
      className={`${styles.loose} ${reason === null ? "" : styles.refused}`}
      style={{ "--wire-color": socketColor(loose?.type ?? "*") } as React.CSSProperties}
    >
      <path d={path} fill="none" />
      <circle cx={toX} cy={toY} r={5} />
      {reason === null ? null : (
        <foreignObject x={toX + 12} y={toY + 8} width={280} height={64} className={styles.reason}>
          <div role="status">⊘ {reason}</div>
        </foreignObject>
      )}
    </g>
  );
}

interface End {
  nodeId: string;
  id?: string | null;
  type: "source" | "target";
}

function refusalOf(from: End, to: End) {
  if (from.type === to.type) return null;
  const [source, target] = from.type === "source" ? [from, to] : [to, from];
  return refusal(currentDocument(), currentCatalogue(), {
    from: [source.nodeId, source.id ?? ""],
    to: [target.nodeId, target.id ?? ""],
  });
}
