/** What a person does with sub-graphs, from keys, menus and the canvas alike. */

import { several } from "@/graph/commands/several";
import { dissolve } from "@/graph/commands/subgraphs/dissolve";
import { addSocket, forgetUnused, ownCopy, promote, removeFace } from "@/graph/commands/subgraphs/faces";
import { makeSubgraph } from "@/graph/commands/subgraphs/make";
import { hasHiddenSeeds, type NameSeed, ownSeeds } from "@/graph/commands/subgraphs/ownSeeds";
import { connect } from "@/graph/commands/wires";
import { inputOf, type LooseEnd, outputOf } from "@/graph/connect";
import { nodeIndex, type Wire } from "@/graph/document";
import { within } from "@/graph/inside";
import { randomSeed } from "@/graph/seedWidgets";
import { defaultValue, type InputSpec, type Widget } from "@/graph/spec";
import { ENTRY, EXIT, NEW_SOCKET, type Subgraph, subgraphOf } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { inputLabel, nodeTitle, outputLabel } from "@/i18n/words";
import { currentCatalogue, wholeCatalogue } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { enter, selectSoon } from "@/state/workflow/inside";
import { useSelection } from "@/state/workflow/selection";
import { openFaces } from "@/state/workflow/subgraphFaces";
import { currentDocument, run, runOnDocument, useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import { giveRoom } from "./giveRoom";

/** Put the selected nodes into a sub-graph. */
export function makeOfSelection(): void {
  makeOf(useSelection.getState().nodes);
}

/** Put these nodes into a new sub-graph, and select its instance. */
export function makeOf(nodes: readonly string[]): void {
  const made = makeSubgraph(currentDocument(), currentCatalogue(), nodes, t("subgraph.untitled"));
  if (made === null) return;
  const merge = `subgraph:${made.instance}`;
  run({ ...made.command, merge });
  giveRoom(made.instance, merge);
  selectSoon([made.instance]);
  speak(t("subgraph.spoken.made", { count: nodes.length }));
}

/** The definition of a node of the canvas, if it is an instance. */
export function definitionOf(id: string): Subgraph | undefined {
  const node = nodeIndex(currentDocument()).get(id);
  return node === undefined ? undefined : subgraphOf(wholeDocument(), node.type);
}

/** The only selected node, if it is an instance. */
export function selectedInstance(): string | null {
  const [id, ...more] = useSelection.getState().nodes;
  return id !== undefined && more.length === 0 && definitionOf(id) !== undefined ? id : null;
}

export function enterSelected(): void {
  const id = selectedInstance();
  if (id !== null) enter(id);
}

/** Take an instance apart. */
export function dissolveInstance(id: string): void {
  const document = currentDocument();
  const definition = definitionOf(id);
  const dissolved = dissolve(document, id);
  if (dissolved === null || definition === undefined) return;
  const { path } = useWorkspace.getState();
  const here = within(dissolved.command, wholeDocument(), path);
  runOnDocument(several("dissolve", [here, forgetUnused(definition.id)]));
  selectSoon(dissolved.ids);
  speak(t("subgraph.spoken.dissolved", { title: definition.title }));
}

/** Give an instance a definition of its own. */
export function separate(id: string): void {
  const definition = definitionOf(id);
  if (definition === undefined) return;
  run(ownCopy(id, definition, t("subgraph.copy_of", { title: definition.title })));
  speak(t("subgraph.spoken.separate"));
}

/** Whether the seeds inside an instance are the same for all instances of its sub-graph. */
export function sharesSeeds(id: string): boolean {
  const definition = definitionOf(id);
  return definition !== undefined && hasHiddenSeeds(wholeDocument(), wholeCatalogue(), definition);
}

/** Give an instance seeds of its own: they show on it, and on the others with what they had. */
export function giveOwnSeeds(id: string): void {
  const definition = definitionOf(id);
  if (definition === undefined) return;
  const place = { id, holder: currentDocument().inside?.definition.id };
  const nameOf: NameSeed = (type, name) => inputLabel(t, type, name);
  runOnDocument(ownSeeds(wholeCatalogue(), definition.id, place, nameOf, randomSeed));
  speak(t("subgraph.spoken.own_seeds"));
}

/** Name, order and remove what the sub-graph of an instance, or the one on the screen, shows outside. */
export function editFaces(id: string | null): void {
  const definition = id === null ? currentDocument().inside?.definition : definitionOf(id);
  if (definition !== undefined) openFaces(definition.id);
}

/** Show a widget inside the sub-graph on the screen on its instances, or no more. */
export function togglePromoted(node: string, input: InputSpec & { widget: Widget }): void {
  const document = currentDocument();
  const definition = document.inside?.definition;
  const found = nodeIndex(document).get(node);
  if (definition === undefined || found === undefined) return;
  const known = definition.widgets.find((item) => item.node === node && item.widget === input.name);
  if (known !== undefined) {
    runOnDocument(removeFace(definition.id, "widgets", known.id));
    return;
  }
  const name = inputLabel(t, found.type, input);
  const value = found.widgets[input.name] ?? defaultValue(input.widget);
  runOnDocument(promote(definition.id, { node, widget: input.name, name, value, seed: found.seeds?.[input.name] }));
  speak(t("subgraph.spoken.promoted", { name }));
}

/** A wire that ends at the free place of an edge makes a socket there. Answers the wire to the new socket, or null. */
export function withNewSocket(wire: Wire): Wire | null {
  const document = currentDocument();
  const { inside } = document;
  if (inside === undefined) return null;
  const loose = looseOf(wire);
  const side = wire.from[0] === ENTRY && wire.from[1] === NEW_SOCKET ? "inputs" : "outputs";
  if (loose === null || (side === "outputs" && (wire.to[0] !== EXIT || wire.to[1] !== NEW_SOCKET))) return null;
  const { command, socket } = addSocket(wholeDocument(), inside.definition.id, side, loose);
  const drawn: Wire =
    side === "inputs" ? { from: [ENTRY, socket], to: wire.to } : { from: wire.from, to: [EXIT, socket] };
  const { path } = useWorkspace.getState();
  runOnDocument(several("socket", [command, within(connect(drawn), wholeDocument(), path)]));
  speak(t("subgraph.spoken.socket", { name: loose.name }));
  return drawn;
}

/** What the new socket is called and carries: as the end that the wire already has. */
function looseOf({ from, to }: Wire): { name: string; type: string } | null {
  const nodes = nodeIndex(currentDocument());
  const catalogue = currentCatalogue();
  if (from[0] === ENTRY) {
    const node = nodes.get(to[0]);
    const input = inputOf(catalogue.get(node?.type ?? ""), to[1]);
    return node === undefined || input === undefined
      ? null
      : { name: inputLabel(t, node.type, input), type: input.type };
  }
  const node = nodes.get(from[0]);
  const output = outputOf(catalogue.get(node?.type ?? ""), from[1]);
  if (node === undefined || output === undefined) return null;
  return { name: outputLabel(t, node.type, output), type: output.type };
}

/** The wire from a loose end to an edge's free place, or null where that edge is on the other side. */
export function wireToEdge(loose: LooseEnd, edge: string): Wire | null {
  if (edge === ENTRY)
    return loose.side === "input" ? { from: [ENTRY, NEW_SOCKET], to: [loose.node, loose.socket] } : null;
  return loose.side === "output" ? { from: [loose.node, loose.socket], to: [EXIT, NEW_SOCKET] } : null;
}

/** What a node of a definition is called, for lists of what it holds. */
export function innerTitle(node: Subgraph["nodes"][number]): string {
  return nodeTitle(t, node, currentCatalogue().get(node.type));
}
