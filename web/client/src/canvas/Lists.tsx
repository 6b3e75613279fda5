import { useFocusWalkState } from "@/canvas/keyboard/useFocusWalk";
import { askWhere, useConnecting } from "@/state/canvas/connecting";
import { useFind } from "@/state/canvas/find";
import { openWireMenu, useWireMenu } from "@/state/canvas/naming";
import { openCanvasMenu, openNodeMenu, useNodeMenu } from "@/state/canvas/nodeMenu";
import { closing } from "@/state/page/broken";
import { onDemand, usePrefetch } from "@/ui/onDemand";

const closeNodeMenu = closing(() => openNodeMenu(null));
const NodeMenu = onDemand(() => import("@/canvas/menus/NodeMenu"), closeNodeMenu);
const FrameMenu = onDemand(() => import("@/canvas/menus/FrameMenu"), closeNodeMenu);
const WireMenu = onDemand(
  () => import("@/canvas/menus/WireMenu"),
  closing(() => openWireMenu(null)),
);
const CanvasMenu = onDemand(
  () => import("@/canvas/menus/CanvasMenu"),
  closing(() => openCanvasMenu(null)),
);
const ConnectList = onDemand(
  () => import("@/canvas/connecting/ConnectList"),
  closing(() => askWhere(null)),
);
const ForkList = onDemand(
  () => import("@/canvas/keyboard/ForkList"),
  closing(() => useFocusWalkState.setState({ fork: null })),
);
const OpenFindBar = onDemand(
  () => import("@/canvas/bars/FindBar"),
  closing(() => useFind.setState({ open: false })),
);

const PARTS = [NodeMenu, FrameMenu, WireMenu, CanvasMenu, ConnectList, ForkList, OpenFindBar];

/** The canvas's menus, and the lists that a wire or an arrow key asks with. */
export function Lists() {
  usePrefetch(PARTS);
  const { request, canvas } = useNodeMenu();
  const wire = useWireMenu((state) => state.request);
  const question = useConnecting((state) => state.question);
  const fork = useFocusWalkState((state) => state.fork);
  return (
    <>
      {request === null ? null : <NodeMenu request={request} />}
      {request === null ? null : <FrameMenu request={request} />}
      {wire === null ? null : <WireMenu request={wire} />}
      {canvas === null ? null : <CanvasMenu x={canvas.x} y={canvas.y} />}
      {question === null ? null : <ConnectList key={JSON.stringify(question.loose)} question={question} />}
      {fork === null ? null : <ForkList key={fork.nodes.join(" ")} fork={fork} />}
    </>
  );
}

/** Finds nodes by title, value and problem, while it is asked for. */
export function FindBar() {
  return useFind((state) => state.open) ? <OpenFindBar /> : null;
}
