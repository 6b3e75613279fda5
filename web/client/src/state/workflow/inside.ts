/** Going into sub-graphs and out of them, and how a run calls the nodes of the canvas on the screen. */

import type { GraphNode, WorkflowDocument } from "@/graph/document";
import { nodeIndex } from "@/graph/document";
import { canvasAt, validPath } from "@/graph/inside";
import { subgraphOf } from "@/graph/subgraphs";
import { selectNodes } from "./selection";
import { currentDocument, useWorkspace, wholeDocument } from "./workspace";

/** Between the ids of instances and of the node inside them, as the engine writes them: `12:5`. */
const SEPARATOR = ":";

/** Show the inside of an instance on this canvas. False when the node is none. */
export function enter(id: string): boolean {
  const node = nodeIndex(currentDocument()).get(id);
  if (node === undefined || subgraphOf(wholeDocument(), node.type) === undefined) return false;
  goTo([...useWorkspace.getState().path, id]);
  return true;
}

/** Show the canvas that this sub-graph is placed on, with its instance selected. */
export function leave(): void {
  const { path } = useWorkspace.getState();
  const from = path.at(-1);
  if (from === undefined) return;
  goTo(path.slice(0, -1));
  selectSoon([from]);
}

/** Show the canvas at the end of a path. */
export function goTo(path: readonly string[]): void {
  useWorkspace.setState(({ history }) => ({ path: validPath(history.document, path) }));
  selectNodes([]);
}

/** Show the node that a run calls `id`, inside a sub-graph or not. Answers its id on its canvas. */
export function goToRunNode(id: string): string {
  const parts = pathOf(id);
  const path = validPath(wholeDocument(), parts.slice(0, -1));
  const { path: before } = useWorkspace.getState();
  if (path.join(SEPARATOR) !== before.join(SEPARATOR)) goTo(path);
  const here = parts[path.length] ?? id;
  selectSoon([here]);
  return here;
}

/** The canvas learns of its nodes after the next render; then they can be selected. */
export function selectSoon(ids: readonly string[]): void {
  setTimeout(() => selectNodes(ids), 0);
}

/** What a run calls a node of the canvas on the screen. */
export function runIdOf(path: readonly string[], id: string): string {
  return path.length === 0 ? id : [...path, id].join(SEPARATOR);
}

/** The instances on the way to a node of a run, and its own id last. */
export function pathOf(runId: string): string[] {
  return runId.split(SEPARATOR);
}

/** What a run calls a node of the canvas on the screen now. */
export function currentRunId(id: string): string {
  return runIdOf(useWorkspace.getState().path, id);
}

/** The same inside components. */
export function useRunId(id: string): string {
  return useWorkspace((state) => runIdOf(state.path, id));
}

/** The titles on the way to the canvas on the screen: of instances, or of what they are instances of. */
export function wayTo(document: WorkflowDocument, path: readonly string[]): { id: string; title: string }[] {
  return path.map((id, depth) => {
    const node = nodeIndex(canvasAt(document, path.slice(0, depth))).get(id);
    return { id, title: titleOf(document, node) };
  });
}

function titleOf(document: WorkflowDocument, node: GraphNode | undefined): string {
  if (node === undefined) return "";
  return node.title || subgraphOf(document, node.type)?.title || node.type;
}
