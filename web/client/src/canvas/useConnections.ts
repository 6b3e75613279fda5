/** Drawing wires: from socket to socket, onto a node's body, or onto empty canvas for the palette. */

import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStartParams } from "@xyflow/react";
import { useMemo } from "react";
import { connect } from "@/graph/commands/wires";
import { bestSocket, inputOf, type LooseEnd, outputOf, refusal, typesFit, wiredInputs } from "@/graph/connect";
import { nodeIndex, type Wire } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { refusalSentence } from "@/i18n/refusalWords";
import { inputLabel, nodeTitle, outputLabel, socketType } from "@/i18n/words";
import { currentCatalogue } from "@/state/catalogue";
import { useConnecting } from "@/state/connecting";
import { notify, speak } from "@/state/notices";
import { openPalette } from "@/state/overlays";
import { viewport } from "@/state/viewport";
import { currentDocument, run } from "@/state/workspace";
import type { WireEdge } from "./flowModel";

/** Props for `<ReactFlow>`. */
export function useConnections() {
  return useMemo(
    () => ({
      onConnectStart: (_: unknown, params: OnConnectStartParams) => useConnecting.setState({ loose: looseEnd(params) }),
      onConnect: (connection: Connection) => draw(wireOf(connection)),
      onConnectEnd: finish,
      isValidConnection: ((connection) =>
        refusal(currentDocument(), currentCatalogue(), wireOf(connection as Connection)) ===
        null) satisfies IsValidConnection<WireEdge>,
    }),
    [],
  );
}

/** Draw a wire if its ends fit; else say why not. */
export function draw(wire: Wire): boolean {
  const document = currentDocument();
  const refused = refusal(document, currentCatalogue(), wire);
  if (refused !== null) {
    notify("info", refusalSentence(t, refused));
    return false;
  }
  run(connect(wire));
  const nodes = nodeIndex(document);
  const types = { from: nodes.get(wire.from[0])?.type ?? "", to: nodes.get(wire.to[0])?.type ?? "" };
  const catalogue = currentCatalogue();
  const output = outputOf(catalogue.get(types.from), wire.from[1]) ?? wire.from[1];
  const input = inputOf(catalogue.get(types.to), wire.to[1]) ?? wire.to[1];
  const from = outputLabel(t, types.from, output);
  const to = inputLabel(t, types.to, input);
  speak(t("spoken.connected", { from, to }));
  return true;
}

function wireOf(connection: Connection): Wire {
  return {
    from: [connection.source, connection.sourceHandle ?? ""],
    to: [connection.target, connection.targetHandle ?? ""],
  };
}

function looseEnd({ nodeId, handleId, handleType }: OnConnectStartParams): LooseEnd | null {
  const node = nodeIndex(currentDocument()).get(nodeId ?? "");
  if (node === undefined || handleId === null) return null;
  const spec = currentCatalogue().get(node.type);
  const side = handleType === "source" ? "output" : "input";
  const socket = side === "output" ? outputOf(spec, handleId) : inputOf(spec, handleId);
  return { node: node.id, socket: handleId, side, type: socket?.type ?? "*" };
}

function finish(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { loose } = useConnecting.getState();
  useConnecting.setState({ loose: null });
  if (loose === null || state.isValid) return;
  const touch = "changedTouches" in event ? event.changedTouches[0] : event;
  if (touch === undefined) return;
  const screen = { x: touch.clientX, y: touch.clientY };
  const target = document.elementFromPoint(screen.x, screen.y);
  const node = target?.closest<HTMLElement>("[data-node]")?.dataset.node;
  if (node !== undefined) {
    if (node !== loose.node) dropOnNode(loose, node, target?.closest<HTMLElement>("[data-input]")?.dataset.input);
  } else if (target?.classList.contains("react-flow__pane") === true) {
    const position = viewport()?.toCanvas(screen);
    if (position !== undefined) openPalette({ screen, position, loose });
  }
}

/** A wire dropped on a node's body finds its socket; on a widget's row it takes that widget, if it fits. */
function dropOnNode(loose: LooseEnd, id: string, row: string | undefined): void {
  const document = currentDocument();
  const node = nodeIndex(document).get(id);
  const spec = currentCatalogue().get(node?.type ?? "");
  if (node === undefined || spec === undefined) return;
  const widget = loose.side === "output" && row !== undefined ? inputOf(spec, row) : undefined;
  const socket =
    widget !== undefined && typesFit(loose.type, widget.type)
      ? widget.name
      : bestSocket(loose, spec, wiredInputs(document, id));
  if (socket === undefined) {
    const title = nodeTitle(t, node, spec);
    notify("info", t("refusal.no_socket", { title, type: socketType(t, loose.type) }));
    return;
  }
  draw(wireBetween(loose, id, socket));
}

/** The wire from a loose end to a socket of another node. */
export function wireBetween(loose: LooseEnd, node: string, socket: string): Wire {
  return loose.side === "output"
    ? { from: [loose.node, loose.socket], to: [node, socket] }
    : { from: [node, socket], to: [loose.node, loose.socket] };
}
