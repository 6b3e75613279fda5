import {
  Background,
  BackgroundVariant,
  type EdgeTypes,
  MiniMap,
  type NodeTypes,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useWords } from "@/i18n/useWords";
import { openPalette } from "@/state/overlays";
import { usePreferences } from "@/state/preferences";
import { viewport } from "@/state/viewport";
import styles from "./Canvas.module.css";
import { EmptyCanvas } from "./EmptyCanvas";
import { FrameNode } from "./FrameNode";
import { NodeMenu } from "./NodeMenu";
import { Step } from "./Step";
import { useConnections } from "./useConnections";
import { useFlow } from "./useFlow";
import { useViewportControl } from "./useViewportControl";
import { ViewControls } from "./ViewControls";
import { LooseWire, Wire } from "./Wire";

const NODE_TYPES: NodeTypes = { step: Step, frame: FrameNode };
const EDGE_TYPES: EdgeTypes = { wire: Wire };
const GRID: [number, number] = [8, 8];

/** The canvas. This folder alone knows React Flow; the rest of the page speaks to the document and the view. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
      <NodeMenu />
    </ReactFlowProvider>
  );
}

function Flow() {
  const { t } = useWords();
  const flow = useFlow();
  const connections = useConnections();
  const minimap = usePreferences((state) => state.minimap);
  useViewportControl();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Shift+A and the button add nodes by keyboard
    <div className={styles.canvas} onDoubleClick={addNodeHere}>
      <ReactFlow
        {...flow}
        {...connections}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        connectionLineComponent={LooseWire}
        connectionRadius={24}
        snapToGrid
        snapGrid={GRID}
        minZoom={0.05}
        maxZoom={4}
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionMode={SelectionMode.Partial}
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        nodesFocusable
        edgesFocusable={false}
        disableKeyboardA11y
        proOptions={{ hideAttribution: true }}
        aria-label={t("view.canvas")}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("flow.node"),
          "edge.a11yDescription.default": t("flow.wire"),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--grid)" />
        <Panel position="bottom-right" className={styles.corner ?? ""}>
          {minimap ? (
            <MiniMap
              className={styles.minimap ?? ""}
              position="bottom-right"
              pannable
              zoomable
              ariaLabel={t("view.minimap")}
              nodeColor="var(--border-strong)"
              maskColor="var(--minimap-mask)"
              bgColor="var(--bg-panel)"
            />
          ) : null}
        </Panel>
        <ViewControls />
        <EmptyCanvas />
      </ReactFlow>
    </div>
  );
}

function addNodeHere(event: React.MouseEvent): void {
  const target = event.target as HTMLElement;
  if (!target.classList.contains("react-flow__pane")) return;
  const screen = { x: event.clientX, y: event.clientY };
  const position = viewport()?.toCanvas(screen);
  if (position !== undefined) openPalette({ screen, position, loose: null });
}
