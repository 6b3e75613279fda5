/** Picking up wires that exist: the wire of an input by its end, or all wires of an output by their beginnings. */

import { type ReactFlowState, useStoreApi } from "@xyflow/react";
import { XYHandle } from "@xyflow/system";
import { useCallback } from "react";
import type { SocketEnd } from "@/graph/candidates";
import { incomingWires, outgoingWires, type Wire } from "@/graph/document";
import { useConnecting } from "@/state/canvas/connecting";
import { currentDocument } from "@/state/workflow/workspace";
import { join } from "./draw";

type Press = React.MouseEvent<HTMLElement> | React.TouchEvent<HTMLElement>;

/**
 * Starts a drag that moves wires, if the press at a socket asks for one: on a wired input its wire, on an output with
 * Shift or Ctrl all of its wires. React Flow then draws from the other end, as it does when an edge is reconnected.
 */
export function usePickUp() {
  const store = useStoreApi();
  return useCallback(
    (event: Press, socket: SocketEnd) => {
      if ("button" in event && (event.button !== 0 || event.altKey)) return;
      const wires = liftedBy(event, socket);
      const [first] = wires;
      if (first === undefined) return;
      event.stopPropagation();
      const isTarget = socket.side === "output";
      const [nodeId, handleId] = isTarget ? first.to : first.from;
      start(event, store.getState, { nodeId, handleId, isTarget }, wires);
    },
    [store],
  );
}

function liftedBy(event: Press, { node, side, name }: SocketEnd): Wire[] {
  const document = currentDocument();
  if (side === "input") {
    const wire = incomingWires(document, node).get(name);
    return wire === undefined ? [] : [wire];
  }
  if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return [];
  return outgoingWires(document, node).filter((wire) => wire.from[1] === name);
}

interface End {
  nodeId: string;
  handleId: string;
  isTarget: boolean;
}

function start(event: Press, state: () => ReactFlowState, end: End, wires: readonly Wire[]): void {
  const now = state();
  XYHandle.onPointerDown(event.nativeEvent, {
    ...end,
    handleDomNode: event.currentTarget,
    autoPanOnConnect: now.autoPanOnConnect,
    connectionMode: now.connectionMode,
    connectionRadius: now.connectionRadius,
    domNode: now.domNode,
    nodeLookup: now.nodeLookup,
    lib: now.lib,
    flowId: now.rfId,
    edgeUpdaterType: end.isTarget ? "target" : "source",
    panBy: now.panBy,
    cancelConnection: now.cancelConnection,
    updateConnection: now.updateConnection,
    onConnectStart: (start, params) => {
      now.onConnectStart?.(start, params);
      useConnecting.setState({ lifted: wires });
    },
    onConnect: (connection) => {
      const { loose } = useConnecting.getState();
      if (loose === null) return;
      if (end.isTarget) join(loose, wires, connection.source, connection.sourceHandle ?? "");
      else join(loose, wires, connection.target, connection.targetHandle ?? "");
    },
    onConnectEnd: (...args) => state().onConnectEnd?.(...args),
    isValidConnection: (...args) => state().isValidConnection?.(...args) ?? true,
    getTransform: () => state().transform,
    getFromHandle: () => state().connection.fromHandle,
    autoPanSpeed: now.autoPanSpeed,
    dragThreshold: now.connectionDragThreshold,
  });
}
