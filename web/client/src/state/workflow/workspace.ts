/** The open workflow and its undo history. Every edit of the page goes through `run`. */

import { create } from "zustand";
import { emptyDocument, type GraphNode, nodeIndex, type View, type WorkflowDocument } from "@/graph/document";
import { amend, apply, begin, type Command, type History, redo, undo } from "@/graph/history";
import { canvasAt, validPath, within } from "@/graph/inside";
import type { UsedSeed } from "@/graph/seeds";

export interface Workspace {
  history: History;
  /** The sub-graph whose inside is on the canvas: the instances one went through, from the outermost on. */
  path: readonly string[];
  /** The document as it was last saved or opened, to tell whether there are unsaved edits. */
  saved: WorkflowDocument;
  /** Grows when another document is opened, so that the view can fit it. */
  opened: number;
  /** Whether it is new to the person: not a tab that is shown again, nor a draft that is back. */
  fresh: boolean;
  /** Where the view goes when `opened` grows; null: it fits the document. */
  view: View | null;
  /** The seed each node last ran with, by `node name`. */
  lastSeeds: Record<string, string>;
}

const blank = emptyDocument("");

export const useWorkspace = create<Workspace>(() => ({
  history: begin(blank),
  path: [],
  saved: blank,
  opened: 0,
  fresh: true,
  view: null,
  lastSeeds: {},
}));

type Shown = Pick<Workspace, "history" | "path">;

/** The canvas that is on the screen: the document, or the inside of one of its sub-graphs as a document. */
export function shown({ history, path }: Shown): WorkflowDocument {
  return canvasAt(history.document, path);
}

/** The canvas on the screen, as a document. */
export function currentDocument(): WorkflowDocument {
  return shown(useWorkspace.getState());
}

/** The whole open document, wherever the person is in it: what is saved, sent and run. */
export function wholeDocument(): WorkflowDocument {
  return useWorkspace.getState().history.document;
}

/** Run a command on the canvas that is on the screen. */
export function run(command: Command): void {
  const { history, path } = useWorkspace.getState();
  runOnDocument(within(command, history.document, path));
}

/** Run a command on the whole document, also from inside a sub-graph. */
export function runOnDocument(command: Command): void {
  useWorkspace.setState((state) => withHistory(state, apply(state.history, command, Date.now())));
}

export function undoEdit(): void {
  useWorkspace.setState((state) => withHistory(state, undo(state.history)));
}

export function redoEdit(): void {
  useWorkspace.setState((state) => withHistory(state, redo(state.history)));
}

/** The sub-graph on the screen may be gone in another version of the document. */
function withHistory({ path }: Shown, history: History): Shown {
  const valid = validPath(history.document, path);
  return { history, path: valid.length === path.length ? path : valid };
}

/** Change the document beside the history. */
export function amendDocument(change: (draft: WorkflowDocument) => void): void {
  useWorkspace.setState((state) => ({ history: amend(state.history, change) }));
}

/** Open another document; the history begins anew. */
export function openDocument(document: WorkflowDocument, lastSeeds: Record<string, string> = {}): void {
  useWorkspace.setState((state) => ({
    history: begin(document),
    path: [],
    saved: document,
    opened: state.opened + 1,
    fresh: true,
    view: null,
    lastSeeds,
  }));
}

export function markSaved(): void {
  useWorkspace.setState((state) => ({ saved: state.history.document }));
}

/** The key of a seed in `lastSeeds`; inside a sub-graph, seeds are its definition's. */
export function seedKey(node: string, name: string, definition?: string): string {
  return definition === undefined ? `${node} ${name}` : `${definition}/${node} ${name}`;
}

/** Remember the seeds of a run. */
export function rememberSeeds(used: readonly UsedSeed[]): void {
  useWorkspace.setState((state) => ({
    lastSeeds: {
      ...state.lastSeeds,
      ...Object.fromEntries(used.map(({ node, name, seed, definition }) => [seedKey(node, name, definition), seed])),
    },
  }));
}

/** A node of the open document, by a selector that stays still while other nodes change. */
export function useNode(id: string): GraphNode | undefined {
  return useWorkspace((state) => nodeIndex(shown(state)).get(id));
}
