/** Connecting without a drag: tap a socket, tap another. And taking all wires off a socket. */

import { looseAt, type SocketEnd } from "@/graph/candidates";
import { several } from "@/graph/commands/several";
import { disconnect, unname } from "@/graph/commands/wires";
import { incomingWires, outgoingWires, wireId } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { useConnecting } from "@/state/canvas/connecting";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { currentDocument, run } from "@/state/workflow/workspace";
import { join } from "./draw";

/** The first tap arms a socket, the second connects; a tap on the same socket, or on one of the same side, arms anew. */
export function tapSocket(end: SocketEnd): void {
  const { armed } = useConnecting.getState();
  const loose = looseAt(currentDocument(), currentCatalogue(), end);
  const same = armed !== null && loose !== null && armed.node === loose.node && armed.socket === loose.socket;
  if (armed === null || loose === null || armed.side === loose.side) {
    useConnecting.setState({ armed: same ? null : loose });
    if (!same && loose !== null) speak(t("wiring.armed"));
    return;
  }
  useConnecting.setState({ armed: null });
  join(armed, [], end.node, end.name);
}

/** Forget the tapped socket. Says whether there was one. */
export function disarm(): boolean {
  const { armed } = useConnecting.getState();
  useConnecting.setState({ armed: null });
  return armed !== null;
}

/** Take all wires off a socket, drawn and named. */
export function breakWires({ node, side, name }: SocketEnd): void {
  const document = currentDocument();
  const into = incomingWires(document, node).get(name);
  const out = outgoingWires(document, node).filter((wire) => wire.from[1] === name);
  const wires = side === "output" ? out : into === undefined ? [] : [into];
  run(several("disconnect", [disconnect(wires.map(wireId)), unname(node, side, name)]));
  speak(t("spoken.disconnected"));
}
