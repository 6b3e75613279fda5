/** The open workflow and its undo history. Every edit of the page goes through `run`. */

import { create } from "zustand";
import { emptyDocument, type GraphNode, nodeIndex, type WorkflowDocument } from "@/graph/document";
import { amend, apply, begin, type Command, type History, redo, undo } from "@/graph/history";
import type { UsedSeed } from "@/graph/seeds";

interface Workspace {
  history: History;
  /** The document as it was last saved or opened, to tell whether there are unsaved edits. */
  saved: WorkflowDocument;
  /** Grows when another document is opened, so that the view can fit it. */
  opened: number;
  /** The seed each node last ran with, by `node name`. */
  lastSeeds: Record<string, string>;
}

const blank = emptyDocument("");

export const useWorkspace = create<Workspace>(() => ({
  history: begin(blank),
  saved: blank,
  opened: 0,
  lastSeeds: {},
}));

/** The open document. */
export function currentDocument(): WorkflowDocument {
  return useWorkspace.getState().history.document;
}

/** Run a command on the document. */
export function run(command: Command): void {
  useWorkspace.setState((state) => ({ history: apply(state.history, command, Date.now()) }));
}

export function undoEdit(): void {
  useWorkspace.setState((state) => ({ history: undo(state.history) }));
}

export function redoEdit(): void {
  useWorkspace.setState((state) => ({ history: redo(state.history) }));
}

/** Change the document beside the history. */
export function amendDocument(change: (draft: WorkflowDocument) => void): void {
  useWorkspace.setState((state) => ({ history: amend(state.history, change) }));
}

/** Open another document; the history begins anew. */
export function openDocument(document: WorkflowDocument, lastSeeds: Record<string, string> = {}): void {
  useWorkspace.setState((state) => ({
    history: begin(document),
    saved: document,
    opened: state.opened + 1,
    lastSeeds,
  }));
}

export function markSaved(): void {
  useWorkspace.setState((state) => ({ saved: state.history.document }));
}

/** The key of a seed in `lastSeeds`. */
export function seedKey(node: string, name: string): string {
  return `${node} ${name}`;
}

/** Remember the seeds of a run. */
export function rememberSeeds(used: readonly UsedSeed[]): void {
  useWorkspace.setState((state) => ({
    lastSeeds: {
      ...state.lastSeeds,
      ...Object.fromEntries(used.map(({ node, name, seed }) => [seedKey(node, name), seed])),
    },
  }));
}

/** A node of the open document, by a selector that stays still while other nodes change. */
export function useNode(id: string): GraphNode | undefined {
  return useWorkspace((state) => nodeIndex(state.history.document).get(id));
}
