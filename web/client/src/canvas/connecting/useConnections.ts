/** Drawing wires: from socket to socket, onto a node's body, or onto empty canvas for the palette. */

import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStartParams } from "@xyflow/react";
import { useMemo } from "react";
import type { WireEdge } from "@/canvas/model/flowModel";
import { looseAt } from "@/graph/candidates";
import { refusal } from "@/graph/connect";
import { type Wire, wireId } from "@/graph/document";
import { askWhere, useConnecting } from "@/state/canvas/connecting";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { openPalette } from "@/state/page/overlays";
import { currentDocument } from "@/state/workflow/workspace";
import { join, refuse } from "./draw";
import { dropAt, endsOf, followHand } from "./dropTarget";

let stopFollowing: (() => void) | null = null;

/** Props for `<ReactFlow>`. */
export function useConnections() {
  return useMemo(
    () => ({
      onConnectStart: (_: unknown, params: OnConnectStartParams) => {
        begin(params);
      },
      onConnect: (connection: Connection) => {
        const { loose, lifted } = useConnecting.getState();
        const wire = wireOf(connection);
        if (loose === null) return;
        join(loose, lifted, ...(loose.side === "output" ? wire.to : wire.from));
      },
      onConnectEnd: finish,
      isValidConnection: ((connection) => fits(wireOf(connection as Connection))) satisfies IsValidConnection<WireEdge>,
    }),
    [],
  );
}

function begin({ nodeId, handleId, handleType }: OnConnectStartParams): void {
  const side = handleType === "source" ? "output" : "input";
  const loose =
    nodeId === null || handleId === null
      ? null
      : looseAt(currentDocument(), currentCatalogue(), { node: nodeId, side, name: handleId });
  useConnecting.setState({ loose, armed: null, question: null });
  const following = followHand();
  addEventListener("keydown", onEscape, true);
  stopFollowing = () => {
    removeEventListener("keydown", onEscape, true);
    following();
  };
}

/** Esc drops the wire: nothing comes of it, wherever the hand lets go. */
function onEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  useConnecting.setState({ loose: null });
  // React Flow ends what it draws when the button goes up.
  document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}

/** Whether the ends fit, as if the wires that are picked up were gone. */
function fits(wire: Wire): boolean {
  const document = currentDocument();
  const gone = new Set(useConnecting.getState().lifted.map(wireId));
  const open = gone.size === 0 ? document : { ...document, wires: document.wires.filter((w) => !gone.has(wireId(w))) };
  return refusal(open, currentCatalogue(), wire) === null;
}

function wireOf(connection: Connection): Wire {
  return {
    from: [connection.source, connection.sourceHandle ?? ""],
    to: [connection.target, connection.targetHandle ?? ""],
  };
}

function finish(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { loose, lifted } = useConnecting.getState();
  stopFollowing?.();
  stopFollowing = null;
  useConnecting.setState({ loose: null, lifted: [], target: null, refused: null });
  if (loose === null || state.isValid) return;
  const touch = "changedTouches" in event ? event.changedTouches[0] : event;
  if (touch === undefined) return;
  const screen = { x: touch.clientX, y: touch.clientY };
  const drop = dropAt(loose, lifted, screen.x, screen.y);
  if (drop !== null) {
    const [only] = drop.sockets;
    if (drop.sockets.length > 1) askWhere({ loose, lifted, ...screen, among: endsOf(loose, drop) });
    else if (only !== undefined) join(loose, lifted, drop.node, only);
    else if (drop.convert !== null) refuseAt(drop.convert, drop.refused);
    else if (drop.refused !== null) notify("info", drop.refused);
    return;
  }
  if (document.elementFromPoint(screen.x, screen.y)?.classList.contains("react-flow__pane") !== true) return;
  const position = viewport()?.toCanvas(screen);
  if (position !== undefined) openPalette({ screen, position, loose, ...(lifted.length === 0 ? {} : { lifted }) });
}

function refuseAt(wire: Wire, sentence: string | null): void {
  const refused = refusal(currentDocument(), currentCatalogue(), wire);
  if (refused !== null) refuse(refused, wire);
  else if (sentence !== null) notify("info", sentence);
}
