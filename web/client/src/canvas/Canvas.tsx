import { type NodeTypes, Panel, ReactFlow, ReactFlowProvider, useKeyPress } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useRef } from "react";
import { SelectionToolbar } from "@/canvas/bars/SelectionToolbar";
import { LooseWire } from "@/canvas/connecting/LooseWire";
import { disarm } from "@/canvas/connecting/tap";
import { useConnections } from "@/canvas/connecting/useConnections";
import { Guides } from "@/canvas/drag/Guides";
import { CommentNode } from "@/canvas/frames/CommentNode";
import { FrameNode } from "@/canvas/frames/FrameNode";
import { captureDrags } from "@/canvas/gestures/dragCapture";
import { listenForLongPress } from "@/canvas/gestures/longPress";
import { StrokeLine } from "@/canvas/gestures/StrokeLine";
import { listenForStrokes } from "@/canvas/gestures/strokes";
import { useBoxMode } from "@/canvas/gestures/useBoxMode";
import { enterCanvas, useFocusWalk } from "@/canvas/keyboard/useFocusWalk";
import { useFlow } from "@/canvas/model/useFlow";
import { Step } from "@/canvas/node/Step";
import { Dots, Ground } from "@/canvas/view/Dots";
import { Overview } from "@/canvas/view/Overview";
import { useLiveView } from "@/canvas/view/useLiveView";
import { useViewportControl } from "@/canvas/view/useViewportControl";
import { ViewControls } from "@/canvas/view/ViewControls";
import { RerouteDot } from "@/canvas/wires/RerouteDot";
import { WirePlus } from "@/canvas/wires/WirePlus";
import { Wires } from "@/canvas/wires/Wires";
import { useWords } from "@/i18n/useWords";
import { openCanvasMenu } from "@/state/canvas/nodeMenu";
import { viewport } from "@/state/canvas/viewport";
import { openPalette } from "@/state/page/overlays";
import { usePreferences } from "@/state/page/preferences";
import { useWorkspace } from "@/state/workflow/workspace";
import styles from "./Canvas.module.css";
import { EmptyCanvas } from "./EmptyCanvas";
import { FindBar, Lists } from "./Lists";

const NODE_TYPES: NodeTypes = { step: Step, frame: FrameNode, comment: CommentNode, reroute: RerouteDot };
const BOX_KEYS = ["Shift", "Control", "Meta"];
const GRID: [number, number] = [8, 8];

/** The canvas. This folder alone knows React Flow; the rest of the page speaks to the document and the view. */
export function Canvas() {
  // Each canvas of the document is drawn anew: nodes of different canvases may have the same ids.
  const path = useWorkspace((state) => JSON.stringify(state.path));
  return (
    <ReactFlowProvider key={path}>
      <Flow />
      <Lists />
    </ReactFlowProvider>
  );
}

function Flow() {
  const { t } = useWords();
  const { flow, edges } = useFlow();
  const connections = useConnections();
  const minimap = usePreferences((state) => state.minimap);
  const held = useKeyPress(BOX_KEYS);
  // As a selection key, these would also start a box on sockets and nodes, where they mean other things.
  const selects = usePreferences((state) => state.dragOnEmpty === "select") || held;
  const canvas = useRef<HTMLDivElement>(null);
  const box = useBoxMode(selects);
  const { live, view } = useLiveView(canvas);
  useFocusWalk(canvas);
  useHands(canvas);
  useViewportControl();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Shift+A and the button add nodes by keyboard
    <div ref={canvas} className={styles.canvas} onDoubleClick={addNodeHere} {...box.listeners}>
      <Sentinel />
      <ReactFlow
        {...flow}
        {...connections}
        {...view}
        onPaneContextMenu={openMenuHere}
        nodeTypes={NODE_TYPES}
        connectionLineComponent={LooseWire}
        connectionRadius={24}
        snapToGrid
        snapGrid={GRID}
        minZoom={0.05}
        maxZoom={4}
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        selectionOnDrag={selects}
        panOnDrag={box.panOnDrag}
        panActivationKeyCode="Space"
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionMode={box.selectionMode}
        elevateNodesOnSelect={false}
        nodesFocusable={false}
        onPaneClick={disarm}
        disableKeyboardA11y
        proOptions={{ hideAttribution: true }}
        aria-label={t("view.canvas")}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("flow.node"),
        }}
      >
        <Dots />
        <Ground />
        <Wires nodes={flow.nodes} edges={edges} />
        <Panel position="bottom-right" className={styles.corner ?? ""}>
          {minimap ? <Overview live={live} /> : null}
        </Panel>
        <ViewControls />
        <Guides />
        <WirePlus />
        <SelectionToolbar />
        <EmptyCanvas />
      </ReactFlow>
      <FindBar />
      <StrokeLine />
      <Sentinel />
    </div>
  );
}

/** Before and behind the canvas: focus that comes here from outside goes on to the node that had it last. */
function Sentinel() {
  const { t } = useWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: it stands for the canvas, which is no set of fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is one tab stop, entered here
    <span data-sentinel role="group" tabIndex={0} aria-label={t("view.canvas")} onFocus={enterCanvas} />
  );
}

/** What hands do on the canvas beside dragging: strokes with a key held, fingers that rest. */
function useHands(canvas: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (canvas.current === null) return;
    const stops = [listenForStrokes, listenForLongPress, captureDrags].map((listen) =>
      listen(canvas.current as HTMLElement),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [canvas]);
}

function addNodeHere(event: React.MouseEvent): void {
  const target = event.target as HTMLElement;
  if (!target.classList.contains("react-flow__pane")) return;
  const screen = { x: event.clientX, y: event.clientY };
  const position = viewport()?.toCanvas(screen);
  if (position !== undefined) openPalette({ screen, position, loose: null });
}

function openMenuHere(event: React.MouseEvent | MouseEvent): void {
  event.preventDefault();
  openCanvasMenu({ x: event.clientX, y: event.clientY });
}
