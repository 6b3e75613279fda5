import { BaseEdge, type ConnectionLineComponentProps, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { useShallow } from "zustand/react/shallow";
import { refusal } from "@/graph/connect";
import { nodeIndex, wireId } from "@/graph/document";
import { refusalSentence } from "@/i18n/refusalWords";
import { useWords } from "@/i18n/useWords";
import { currentCatalogue } from "@/state/catalogue";
import { useConnecting } from "@/state/connecting";
import { useDragging } from "@/state/dragging";
import { useRunId } from "@/state/inside";
import { useRuns } from "@/state/runs";
import { currentDocument, shown, useWorkspace } from "@/state/workspace";
import { socketColor } from "@/ui/socketLook";
import { useWirePath } from "./dottedLine";
import type { WireEdge } from "./flowModel";
import styles from "./Wire.module.css";

/** A wire in the full colour of its type. Into a running node it is thicker; on a path that will not run it is faint. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, source, target, selected, data } = props;
  const path = useWirePath(props);
  const runId = useRunId(target);
  const running = useRuns((runs) => runs.view?.nodes[runId]?.state === "running");
  const idle = useWorkspace((state) => {
    const nodes = nodeIndex(shown(state));
    return nodes.get(source)?.mode === "muted" || nodes.get(target)?.mode === "muted";
  });
  const glows = useDragging((state) => state.wire === id);
  const lifted = useConnecting((state) => state.lifted.some((wire) => wireId(wire) === id));
  const classes = [
    styles.wire,
    glows ? styles.glows : "",
    lifted ? styles.lifted : "",
    selected ? styles.selected : "",
    running ? styles.running : "",
    idle ? styles.idle : "",
  ];
  return (
    <g className={classes.join(" ")} style={{ "--wire-color": socketColor(data?.type ?? "*") } as React.CSSProperties}>
      {selected ? <path d={path} className={styles.casing} /> : null}
      <BaseEdge id={id} path={path} interactionWidth={16} />
    </g>
  );
});

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
