import type { NodeProps } from "@xyflow/react";
import { memo, useDeferredValue, useMemo } from "react";
import { anatomyOf } from "@/canvas/model/anatomy";
import type { StepData, StepFlowNode } from "@/canvas/model/flowModel";
import { tintColor } from "@/canvas/tint";
import { type Detail, useDetail, useKeyboardHolder } from "@/canvas/view/detail";
import { type GraphNode, incomingWires, outgoingWires } from "@/graph/document";
import { isInstance } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { nodeTitle } from "@/i18n/words";
import { useIdle, useSpec } from "@/state/nodes/catalogue";
import { useRuns } from "@/state/runs/runs";
import { type NodeRun, nodeRun } from "@/state/runs/runView";
import { currentRunId, enter, useRunId } from "@/state/workflow/inside";
import { shown, useNode, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Step.module.css";
import { StepBody } from "./StepBody";
import { StepHead } from "./StepHead";
import { StepMessages } from "./StepMessages";
import { StepName } from "./StepName";
import { FarSockets, StepSockets } from "./StepSockets";

/**
 * A node. It takes an id and reads what it shows by narrow selectors: React Flow hands over new props on every frame
 * of a drag, and none of them matter here. The level of detail is deferred: crossing a level redraws every node in
 * view, and React then does so in slices between frames instead of holding one up.
 */
export const Step = memo(
  function Step({ id, selected, data }: NodeProps<StepFlowNode>) {
    const detail = useDeferredValue(useDetail(id), "block");
    if (detail === "block") return <Block data={data} selected={selected} />;
    return <DrawnStep id={id} selected={selected} detail={detail} />;
  },
  (before, after) => before.id === after.id && before.selected === after.selected && before.data === after.data,
);

/** A node from afar: one element, as there may be thousands. It has its size from React Flow. */
const Block = memo(function Block({ data, selected }: { data: StepData; selected: boolean }) {
  const { source, spec } = data;
  const state = useRuns((runs) => nodeRun(runs.view, currentRunId(source.id), isInstance(source.type))?.state);
  const tint = tintColor(source.color);
  return (
    <article
      className={classesOf(source, { selected, missing: spec === undefined, state })}
      data-detail="block"
      data-node={source.id}
      data-tinted={tint !== undefined || undefined}
      style={tint === undefined ? undefined : ({ "--tint": tint } as React.CSSProperties)}
      onPointerEnter={(event) => {
        event.currentTarget.title = nodeTitle(t, source, spec);
      }}
      onDoubleClick={isInstance(source.type) ? (event) => enterByHand(event, source.id) : undefined}
      onFocus={() => useKeyboardHolder.setState({ node: source.id })}
      onBlur={() => useKeyboardHolder.setState({ node: null })}
    />
  );
});

interface Look {
  selected: boolean;
  missing: boolean;
  state: NodeRun["state"] | undefined;
  idle?: boolean;
}

function classesOf(node: GraphNode, { selected, missing, state, idle }: Look): string {
  const classes = [styles.step, styles[node.mode], selected ? styles.selected : "", missing ? styles.missing : ""];
  if (idle === true && node.mode === "active") classes.push(styles.idle);
  if (state !== undefined) classes.push(styles[state]);
  return classes.filter(Boolean).join(" ");
}

interface DrawnProps {
  id: string;
  selected: boolean;
  detail: Detail;
}

const DrawnStep = memo(function DrawnStep({ id, selected, detail }: DrawnProps) {
  const node = useNode(id);
  const spec = useSpec(node?.type);
  const instance = isInstance(node?.type ?? "");
  const runId = useRunId(id);
  const state = useRuns((runs) => nodeRun(runs.view, runId, instance)?.state);
  const idle = useIdle(id);
  const unknown = useUnknownSockets(id, spec === undefined);
  const anatomy = useMemo(() => (node === undefined ? null : anatomyOf(node, spec, unknown)), [node, spec, unknown]);
  if (node === undefined || anatomy === null) return null;
  const near = detail === "full" || detail === "text";
  return (
    <article
      className={classesOf(node, { selected, missing: spec === undefined, state, idle })}
      data-detail={detail}
      data-node={id}
      data-tinted={tintColor(node.color) !== undefined || undefined}
      style={{ width: anatomy.width, height: anatomy.height, "--tint": tintColor(node.color) } as React.CSSProperties}
      onDoubleClick={instance ? (event) => enterByHand(event, id) : undefined}
      onFocus={() => useKeyboardHolder.setState({ node: id })}
      onBlur={() => useKeyboardHolder.setState({ node: null })}
    >
      <StepHead node={node} spec={spec} detail={detail} />
      {near ? <StepSockets node={node} anatomy={anatomy} /> : <FarSockets node={node} anatomy={anatomy} />}
      {node.collapsed || !near ? null : (
        <StepBody node={node} anatomy={anatomy} detail={detail} known={spec !== undefined} />
      )}
      {near ? <StepMessages node={node} anatomy={anatomy} /> : null}
      {near ? <StepName node={node} /> : null}
    </article>
  );
});

/** A double click on an instance's body goes inside; fields, buttons and the title keep theirs. */
function enterByHand(event: React.MouseEvent, id: string): void {
  const target = event.target as HTMLElement;
  if (target.closest("input, textarea, select, button, h3") === null) enter(id);
}

/** The sockets that wires name on a node of unknown type, so that its wires have ends. */
function useUnknownSockets(id: string, unknown: boolean) {
  const key = useWorkspace((state) => {
    if (!unknown) return "";
    const inputs = [...incomingWires(shown(state), id).keys()];
    const outputs = [...new Set(outgoingWires(shown(state), id).map((wire) => wire.from[1]))];
    return JSON.stringify({ inputs, outputs });
  });
  return useMemo(() => (key === "" ? undefined : (JSON.parse(key) as { inputs: string[]; outputs: string[] })), [key]);
}
