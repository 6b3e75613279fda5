/** Wires and nodes in them: connect, swap, heal, extract, insert. */

import { breakWires, disarm } from "@/canvas/connecting/tap";
import { wireMiddle } from "@/canvas/wires/wirePath";
import { looseAt, type SocketEnd } from "@/graph/candidates";
import { type GraphNode, incomingWires, nodeIndex, outgoingWires, type Wire, wireId } from "@/graph/document";
import { extract, removeAndHeal, swapInputs } from "@/graph/splice";
import { askWhere, useConnecting } from "@/state/canvas/connecting";
import { viewport } from "@/state/canvas/viewport";
import type { Command } from "@/state/commands/command";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { openPalette } from "@/state/page/overlays";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { anySelected } from "./edit";

const selected = () => useSelection.getState().nodes;

function only(): GraphNode | undefined {
  const [id, ...more] = selected();
  return more.length > 0 ? undefined : nodeIndex(currentDocument()).get(id ?? "");
}

/** The socket that has the keyboard, if one has it. */
export function focusedSocket(): { end: SocketEnd; element: HTMLElement } | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return null;
  const { socket, side } = element.dataset;
  const node = element.closest<HTMLElement>("[data-node]")?.dataset.node;
  if (socket === undefined || node === undefined || (side !== "input" && side !== "output")) return null;
  return { end: { node, side, name: socket }, element };
}

/** The socket that connecting starts from: the one with the keyboard, else the first output of the selected node. */
function startOf(): SocketEnd | null {
  const focused = focusedSocket();
  if (focused !== null) return focused.end;
  const node = only();
  const spec = currentCatalogue().get(node?.type ?? "");
  if (node === undefined || spec === undefined) return null;
  const [output] = spec.outputs;
  if (output !== undefined) return { node: node.id, side: "output", name: output.name };
  const input = spec.inputs.find((item) => item.widget === null);
  return input === undefined ? null : { node: node.id, side: "input", name: input.name };
}

/** Ask where a socket goes; the list opens beside it. */
export function askFrom(end: SocketEnd, screen?: { x: number; y: number }): void {
  const loose = looseAt(currentDocument(), currentCatalogue(), end);
  const node = nodeIndex(currentDocument()).get(end.node);
  if (loose === null || node === undefined) return;
  const shape = viewport()?.shapeOf(node);
  const [x, y] = node.position;
  const right = end.side === "output" ? x + (shape?.width ?? 0) + 16 : x + 16;
  const at = screen ?? viewport()?.toScreen([right, y]) ?? { x: 200, y: 200 };
  askWhere({ loose, ...at, among: null, lifted: [] });
}

function connectFromHere(): void {
  const start = startOf();
  const box = focusedSocket()?.element.getBoundingClientRect();
  if (start !== null) askFrom(start, box === undefined ? undefined : { x: box.right + 12, y: box.top });
}

function swap(): void {
  const node = only();
  if (node === undefined) return;
  openPalette({
    screen: viewport()?.toScreen(node.position) ?? { x: 200, y: 200 },
    position: node.position,
    loose: null,
    swap: node.id,
  });
}

/** Open the palette for what goes into a wire, at its middle. */
export function insertInto(wire: Wire): void {
  const middle = wireMiddle(currentDocument(), wire);
  if (middle === null) return;
  const [x, y] = middle;
  const screen = viewport()?.toScreen([x, y]);
  if (screen !== undefined) openPalette({ screen, position: [x, y], loose: null, into: wire });
}

/** The wire that a command means: the selected one, or the one at the socket with the keyboard. */
function wireMeant(): Wire | undefined {
  const document = currentDocument();
  const [chosen, ...more] = useSelection.getState().wires;
  if (chosen !== undefined && more.length === 0) return document.wires.find((wire) => wireId(wire) === chosen);
  const end = focusedSocket()?.end;
  if (end === undefined) return undefined;
  if (end.side === "input") return incomingWires(document, end.node).get(end.name);
  return outgoingWires(document, end.node).find((wire) => wire.from[1] === end.name);
}

const isInner = (node: GraphNode | undefined) => node?.type.startsWith("$") === true;

export const wiringCommands: readonly Command[] = [
  {
    id: "wire.connect",
    title: "wiring.connect",
    group: "graph",
    keys: ["C"],
    scope: "canvas",
    when: () => startOf() !== null,
    run: connectFromHere,
  },
  {
    id: "wire.break",
    title: "wiring.break",
    group: "graph",
    keys: ["Delete", "Backspace"],
    scope: "canvas",
    hidden: true,
    when: () => focusedSocket() !== null,
    run: () => {
      const end = focusedSocket()?.end;
      if (end !== undefined) breakWires(end);
    },
  },
  {
    id: "wire.disarm",
    title: "wiring.disarm",
    group: "graph",
    keys: ["Escape"],
    scope: "canvas",
    hidden: true,
    when: () => useConnecting.getState().armed !== null,
    run: () => void disarm(),
  },
  {
    id: "wire.insert",
    title: "wiring.insert_node",
    group: "graph",
    keys: ["Insert"],
    scope: "canvas",
    when: () => wireMeant() !== undefined,
    run: () => {
      const wire = wireMeant();
      if (wire !== undefined) insertInto(wire);
    },
  },
  {
    id: "node.swap",
    title: "wiring.swap",
    group: "graph",
    keys: ["Shift+S"],
    scope: "canvas",
    when: () => only() !== undefined && !isInner(only()),
    run: swap,
  },
  {
    id: "node.swap_inputs",
    title: "wiring.swap_inputs",
    group: "graph",
    keys: ["Shift+I"],
    scope: "canvas",
    when: () => swapInputsNow() !== null,
    run: () => {
      const command = swapInputsNow();
      if (command !== null) run(command);
    },
  },
  {
    id: "edit.delete_heal",
    title: "wiring.delete_heal",
    group: "edit",
    keys: ["Shift+Delete"],
    scope: "canvas",
    when: anySelected,
    run: () => run(removeAndHeal(currentDocument(), currentCatalogue(), selected())),
  },
  {
    id: "edit.extract",
    title: "wiring.extract",
    group: "edit",
    keys: ["Shift+X"],
    scope: "canvas",
    when: anySelected,
    run: () => run(extract(currentDocument(), currentCatalogue(), selected())),
  },
];

function swapInputsNow() {
  const [id] = selected();
  return id === undefined ? null : swapInputs(currentDocument(), currentCatalogue(), id);
}
