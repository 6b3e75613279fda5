/** Drawing a wire, or saying why not and what would help. */

import { shape } from "@/canvas/model/shape";
import { middleOf, wireEnds } from "@/canvas/wires/wirePath";
import { conversion, obviousSources, wireBetween } from "@/graph/candidates";
import { addNode, move } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { connect, disconnect } from "@/graph/commands/wires";
import { inputOf, type LooseEnd, outputOf, type Refusal, reaches, refusal } from "@/graph/connect";
import { newNode, nodeIndex, type Wire, wireId } from "@/graph/document";
import type { Command } from "@/graph/history";
import { moveWires, roomAfter } from "@/graph/splice";
import { NEW_SOCKET } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { refusalSentence } from "@/i18n/refusalWords";
import { inputLabel, outputLabel, typeTitle } from "@/i18n/words";
import { withNewSocket } from "@/state/actions/subgraphs";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { type NoticeAction, notify, speak } from "@/state/page/notices";
import { selectNodes } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

/** Draw a wire if its ends fit; else say why not. Wires in `lifted` make way: the new one is where they went. */
export function draw(wire: Wire, lifted: readonly Wire[] = []): boolean {
  if (wire.from[1] === NEW_SOCKET || wire.to[1] === NEW_SOCKET) return withNewSocket(wire) !== null;
  const document = currentDocument();
  const gone = new Set(lifted.map(wireId));
  const without = { ...document, wires: document.wires.filter((item) => !gone.has(wireId(item))) };
  const refused = refusal(lifted.length === 0 ? document : without, currentCatalogue(), wire);
  if (refused !== null) {
    refuse(refused, wire);
    return false;
  }
  run(several("connect", [disconnect([...gone].filter((id) => id !== wireId(wire))), connect(wire)]));
  speak(connectedWords(wire));
  return true;
}

/** Join a loose end, and with it all wires that were picked up, to a socket. */
export function join(loose: LooseEnd, lifted: readonly Wire[], node: string, socket: string): boolean {
  if (lifted.length < 2) return draw(wireBetween(loose, node, socket), lifted);
  const { command, moved, stayed } = moveWires(currentDocument(), currentCatalogue(), lifted, [node, socket]);
  if (moved > 0) run(command);
  if (stayed > 0) notify("info", t("wiring.moved_some", { moved, stayed }));
  else speak(t("wiring.moved", { count: moved }));
  return moved > 0;
}

function connectedWords(wire: Wire): string {
  const nodes = nodeIndex(currentDocument());
  const catalogue = currentCatalogue();
  const types = { from: nodes.get(wire.from[0])?.type ?? "", to: nodes.get(wire.to[0])?.type ?? "" };
  return t("spoken.connected", {
    from: outputLabel(t, types.from, outputOf(catalogue.get(types.from), wire.from[1]) ?? wire.from[1]),
    to: inputLabel(t, types.to, inputOf(catalogue.get(types.to), wire.to[1]) ?? wire.to[1]),
  });
}

/** Say why a wire is refused; where a node would turn one type into the other, offer to put it between. */
export function refuse(refused: Refusal, wire: Wire): void {
  notify("info", refusalSentence(t, refused), converting(refused, wire)?.action);
}

/** The node that would help, as a title and an action, or undefined. */
export function converting(refused: Refusal, wire: Wire): { title: string; action: NoticeAction } | undefined {
  // Between a node and what feeds it, whatever helps would close a circle.
  if (refused.code !== "type" || reaches(currentDocument(), wire.to[0], wire.from[0])) return undefined;
  const found = conversion(currentCatalogue(), refused.from, refused.to);
  if (found === null) return undefined;
  const title = typeTitle(t, found.spec, found.spec.id);
  return { title, action: { label: t("wiring.insert", { title }), act: () => insertConversion(wire, refused) } };
}

/** Put a converting node between two sockets, with what else it obviously needs, and make room for it. */
function insertConversion(wire: Wire, { from, to }: { from: string; to: string }): void {
  const document = currentDocument();
  const catalogue = currentCatalogue();
  const found = conversion(catalogue, from, to);
  const ends = wireEnds(document, wire);
  if (found === null || ends === null) return;
  const [x, y] = middleOf(ends);
  const node = newNode(document, found.spec.id, [0, 0]);
  const { width, height } = shape(node);
  const left = ends.to[0] > ends.from[0] + width ? x - width / 2 : ends.from[0] + 40;
  node.position = [Math.round(left / 8) * 8, Math.round((y - height / 2) / 8) * 8];
  const others = [...obviousSources(document, catalogue, found.spec, found.input)];
  const room = roomAfter(document, wire, node.position[0] + width, shape, node.id);
  const steps: Command[] = [
    ...(room.size === 0 ? [] : [move(room)]),
    addNode(node),
    connect({ from: wire.from, to: [node.id, found.input] }),
    connect({ from: [node.id, found.output], to: wire.to }),
    ...others.map(([input, source]) => connect({ from: source, to: [node.id, input] })),
  ];
  run(several("insert", steps));
  setTimeout(() => selectNodes([node.id]), 0);
}
