/** What a wire would do where the hand is: the socket it would take on the node there, or why it takes none. */

import { bestSockets, conversion, type SocketEnd, wireBetween } from "@/graph/candidates";
import { inputOf, type LooseEnd, reaches, refusal, typesFit, wiredInputs } from "@/graph/connect";
import { nodeIndex, type Wire, wireId } from "@/graph/document";
import { isEdge, NEW_SOCKET } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { refusalSentence } from "@/i18n/refusalWords";
import { nodeTitle, socketType, typeTitle } from "@/i18n/words";
import { wireToEdge } from "@/state/actions/subgraphs";
import { useConnecting } from "@/state/canvas/connecting";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";

export interface Drop {
  node: string;
  /** The sockets that suit best: none, one, or several that nothing tells apart. */
  sockets: readonly string[];
  /** Why there is none. */
  refused: string | null;
  /** The wire that was refused, where a node in between would help. */
  convert: Wire | null;
}

/** What lies under a point of the screen: a socket, a widget's row, a node's body; null for none of them. */
export function dropAt(loose: LooseEnd, lifted: readonly Wire[], x: number, y: number): Drop | null {
  const element = document.elementFromPoint(x, y);
  const node = element?.closest<HTMLElement>("[data-node]")?.dataset.node;
  if (element === null || node === undefined) return null;
  const socket = element.closest<HTMLElement>("[data-socket]");
  const exact =
    socket !== null && socket.dataset.side !== loose.side
      ? socket.dataset.socket
      : loose.side === "output"
        ? fittingRow(loose, node, element.closest<HTMLElement>("[data-input]")?.dataset.input)
        : undefined;
  return dropOn(loose, lifted, node, exact);
}

function fittingRow(loose: LooseEnd, node: string, row: string | undefined): string | undefined {
  if (row === undefined) return undefined;
  const spec = currentCatalogue().get(nodeIndex(currentDocument()).get(node)?.type ?? "");
  const input = inputOf(spec, row);
  return input !== undefined && typesFit(loose.type, input.type) ? row : undefined;
}

/** What a wire would do on a node, or at one socket of it. */
export function dropOn(loose: LooseEnd, lifted: readonly Wire[], node: string, exact?: string): Drop {
  const gone = new Set(lifted.map(wireId));
  const open = currentDocument();
  const document = gone.size === 0 ? open : { ...open, wires: open.wires.filter((wire) => !gone.has(wireId(wire))) };
  const catalogue = currentCatalogue();
  const target = nodeIndex(document).get(node);
  const spec = catalogue.get(target?.type ?? "");
  const nothing: Drop = { node, sockets: [], refused: null, convert: null };
  if (target === undefined || node === loose.node) return nothing;
  const why = (socket: string) => refusal(document, catalogue, wireBetween(loose, node, socket));
  if (exact !== undefined) {
    const refused = why(exact);
    if (refused === null) return { ...nothing, sockets: [exact] };
    const wire = wireBetween(loose, node, exact);
    return { ...nothing, refused: withHelp(refusalSentence(t, refused), loose, wire), convert: wire };
  }
  if (isEdge(node) && wireToEdge(loose, node) !== null) return { ...nothing, sockets: [NEW_SOCKET] };
  if (spec === undefined) return nothing;
  const best = bestSockets(loose, spec, wiredInputs(document, node));
  const sockets = best.filter((socket) => why(socket) === null);
  if (sockets.length > 0) return { ...nothing, sockets };
  if (best[0] !== undefined) {
    const refused = why(best[0]);
    return { ...nothing, refused: refused === null ? null : refusalSentence(t, refused) };
  }
  return noneFits(loose, target.id, nodeTitle(t, target, spec));
}

/** No socket fits: name the first that a node in between would reach. */
function noneFits(loose: LooseEnd, node: string, title: string): Drop {
  const catalogue = currentCatalogue();
  const document = currentDocument();
  const spec = catalogue.get(nodeIndex(document).get(node)?.type ?? "");
  const sockets =
    loose.side === "output" ? (spec?.inputs ?? []).filter((item) => item.widget === null) : (spec?.outputs ?? []);
  const [reached] = sockets
    .flatMap((socket) => {
      const found = conversionTo(loose, socket.type);
      return found === null ? [] : [{ ...socket, score: found.score }];
    })
    .sort((a, b) => a.score - b.score);
  if (reached !== undefined) {
    const wire = wireBetween(loose, node, reached.name);
    const [from, to] = loose.side === "output" ? [loose.type, reached.type] : [reached.type, loose.type];
    const sentence = refusalSentence(t, { code: "type", from, to });
    return { node, sockets: [], refused: withHelp(sentence, loose, wire), convert: wire };
  }
  const refused = t("refusal.no_socket", { title, type: socketType(t, loose.type) });
  return { node, sockets: [], refused, convert: null };
}

function conversionTo(loose: LooseEnd, type: string) {
  const catalogue = currentCatalogue();
  return loose.side === "output" ? conversion(catalogue, loose.type, type) : conversion(catalogue, type, loose.type);
}

function withHelp(sentence: string, loose: LooseEnd, wire: Wire): string {
  const document = currentDocument();
  const catalogue = currentCatalogue();
  const end = loose.side === "output" ? wire.to : wire.from;
  const spec = catalogue.get(nodeIndex(document).get(end[0])?.type ?? "");
  const socket = (loose.side === "output" ? spec?.inputs : spec?.outputs)?.find((item) => item.name === end[1]);
  const found = socket === undefined ? null : conversionTo(loose, socket.type);
  if (found === null || reaches(document, wire.to[0], wire.from[0])) return sentence;
  return `${sentence} ${t("wiring.insert_ask", { title: typeTitle(t, found.spec, found.spec.id) })}`;
}

/** Follow the hand while a wire is drawn: light the best socket of the node under it. Returns how to stop. */
export function followHand(): () => void {
  let waiting: { x: number; y: number } | null = null;
  let frame = 0;
  const look = () => {
    frame = 0;
    const { loose, lifted } = useConnecting.getState();
    if (loose === null || waiting === null) return;
    const drop = dropAt(loose, lifted, waiting.x, waiting.y);
    const socket = drop?.sockets[0];
    show(drop === null || socket === undefined ? null : { node: drop.node, socket }, drop?.refused ?? null);
  };
  const onMove = (event: MouseEvent | TouchEvent) => {
    const point = "touches" in event ? event.touches[0] : event;
    if (point === undefined) return;
    waiting = { x: point.clientX, y: point.clientY };
    if (frame === 0) frame = requestAnimationFrame(look);
  };
  addEventListener("mousemove", onMove, true);
  addEventListener("touchmove", onMove, true);
  return () => {
    cancelAnimationFrame(frame);
    removeEventListener("mousemove", onMove, true);
    removeEventListener("touchmove", onMove, true);
  };
}

function show(target: { node: string; socket: string } | null, refused: string | null): void {
  const now = useConnecting.getState();
  const same = now.target?.node === target?.node && now.target?.socket === target?.socket;
  if (!same || now.refused !== refused) useConnecting.setState({ target, refused });
}

/** The ends to choose from, as a list names them. */
export function endsOf(loose: LooseEnd, { node, sockets }: Drop): SocketEnd[] {
  return sockets.map((name) => ({ node, name, side: loose.side === "output" ? "input" : "output" }));
}
