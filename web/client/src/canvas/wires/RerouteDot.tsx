import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { DotFlowNode } from "@/canvas/model/flowModel";
import { outputOf } from "@/graph/connect";
import { nodeIndex } from "@/graph/document";
import { wireThrough } from "@/graph/reroutes";
import { useWords } from "@/i18n/useWords";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { socketColor } from "@/ui/socketLook";
import styles from "./RerouteDot.module.css";

/** A dot that wires go through, in their colour. Dragging moves it, Delete takes it away and the wires close up. */
export const RerouteDot = memo(
  function RerouteDot({ id, selected }: NodeProps<DotFlowNode>) {
    const { t } = useWords();
    const catalogue = useKnownTypes();
    const type = useWorkspace((state) => {
      const canvas = shown(state);
      const wire = wireThrough(canvas).get(id);
      const node = wire === undefined ? undefined : nodeIndex(canvas).get(wire.from[0]);
      return outputOf(catalogue.get(node?.type ?? ""), wire?.from[1] ?? "")?.type ?? "*";
    });
    return (
      <span
        className={`${styles.dot} ${selected ? styles.selected : ""}`}
        data-reroute={id}
        title={t("reroute.dot")}
        style={{ "--socket": socketColor(type) } as React.CSSProperties}
      />
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);
