/** What a person does with named wires, from keys, menus and tags alike. */

import {
  drawNamed,
  freeWireName,
  namesToReceive,
  nameWires,
  receiveByName,
  renameWire,
  sendByName,
  sentName,
} from "@/graph/commands/named";
import { unname } from "@/graph/commands/wires";
import { inputOf, outputOf } from "@/graph/connect";
import { nodeIndex, type Wire, wireId } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { inputLabel, outputLabel } from "@/i18n/words";
import { askName } from "@/state/canvas/naming";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify, speak } from "@/state/page/notices";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

/** Ask for a name and turn these wires into named ones. */
export function nameTheseWires(ids: readonly string[]): void {
  const document = currentDocument();
  const wires = document.wires.filter((wire) => ids.includes(wireId(wire)));
  const [first] = wires;
  if (first === undefined) return;
  const known = sentName(document, first.from);
  if (known !== undefined && wires.every((wire) => wireSource(wire) === wireSource(first))) {
    named(ids, known);
    return;
  }
  const value = freeWireName(document, labelOf("output", first.from));
  askName({ title: "named.name_wire", value, choices: [], keep: (name) => named(ids, name) });
}

function wireSource(wire: Wire): string {
  return JSON.stringify(wire.from);
}

function named(ids: readonly string[], name: string): void {
  run(nameWires(ids, name));
  speak(t("named.spoken.named", { name }));
}

/** The wires to name: those selected, else those into and out of the selected nodes. */
export function nameSelectedWires(): void {
  const { nodes, wires } = useSelection.getState();
  if (wires.length > 0) nameTheseWires(wires);
  else nameTheseWires(wiresOf(nodes));
}

function wiresOf(nodes: readonly string[]): string[] {
  return currentDocument()
    .wires.filter((wire) => nodes.includes(wire.from[0]))
    .map(wireId);
}

/** Give an output a name to be had by. */
export function nameOutput(node: string, output: string): void {
  const document = currentDocument();
  const value = freeWireName(document, labelOf("output", [node, output]));
  askName({
    title: "named.send",
    value,
    choices: [],
    keep: (name) => {
      run(sendByName([node, output], freeWireName(currentDocument(), name)));
      speak(t("named.spoken.sent", { name }));
    },
  });
}

/** Choose among the names that are sent what an input receives. */
export function receiveAt(node: string, input: string): void {
  const choices = namesToReceive(currentDocument());
  if (choices.length === 0) {
    notify("info", t("named.nothing_sent"));
    return;
  }
  askName({
    title: "named.receive",
    value: choices[0] ?? "",
    choices,
    keep: (name) => {
      run(receiveByName([node, input], name));
      speak(t("named.spoken.received", { name, input: labelOf("input", [node, input]) }));
    },
  });
}

/** Name a wire anew, at all its ends. */
export function renameNamed(name: string): void {
  askName({
    title: "named.rename",
    value: name,
    choices: [],
    keep: (next) => run(renameWire(name, next === name ? name : freeWireName(currentDocument(), next))),
  });
}

/** Draw a named wire: all of it from its sender, or one receiver's. */
export function drawTag(name: string, end: { side: "input" | "output"; node: string; socket: string }): void {
  run(drawNamed(name, end.side === "input" ? [end.node, end.socket] : undefined));
  speak(t("named.spoken.drawn", { name }));
}

export function dropTag({ side, node, socket }: { side: "input" | "output"; node: string; socket: string }): void {
  run(unname(node, side, socket));
}

/** Go to the other end: from a receiver to its sender, from a sender to its receivers one after another. */
export function jumpFrom(name: string, node: string, side: "input" | "output"): void {
  const ends = currentDocument().named?.filter((end) => end.name === name) ?? [];
  const partners =
    side === "input"
      ? ends.flatMap((end) => (end.from === undefined ? [] : [end.from[0]]))
      : ends.flatMap((end) => (end.to === undefined ? [] : [end.to[0]]));
  const [selected] = useSelection.getState().nodes;
  const at = partners.indexOf(selected ?? node);
  const next = partners[(at + 1) % Math.max(partners.length, 1)];
  if (next === undefined) {
    notify("info", t(side === "input" ? "named.sent_outside" : "named.nobody_receives", { name }));
    return;
  }
  selectNodes([next]);
  viewport()?.fit([next]);
}

/** What a socket is called. */
function labelOf(side: "input" | "output", [node, socket]: readonly [string, string]): string {
  const type = nodeIndex(currentDocument()).get(node)?.type ?? "";
  const spec = currentCatalogue().get(type);
  return side === "output"
    ? outputLabel(t, type, outputOf(spec, socket) ?? socket)
    : inputLabel(t, type, inputOf(spec, socket) ?? socket);
}
