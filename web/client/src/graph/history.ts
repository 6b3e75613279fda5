/** A document with its undo history: commands run on a draft, and their inverse patches are kept. */

import { applyPatches, enablePatches, type Patch, produce, produceWithPatches } from "immer";
import type { WorkflowDocument } from "./document";

enablePatches();

/**
 * One edit. `label` names it for the menu; commands that share a `merge` key and follow closely become one step. Those of
 * one `gesture` of the hand do so however long it takes.
 */
export interface Command {
  label: string;
  merge?: string;
  gesture?: true;
  run(draft: WorkflowDocument): void;
}

interface Step {
  label: string;
  merge: string | undefined;
  time: number;
  forward: Patch[];
  inverse: Patch[];
}

export interface History {
  document: WorkflowDocument;
  past: readonly Step[];
  future: readonly Step[];
}

const MERGE_MS = 1_000;
const MAX_STEPS = 500;

/** A history that starts here. */
export function begin(document: WorkflowDocument): History {
  return { document, past: [], future: [] };
}

/** Run a command. One that changes nothing leaves the history as it is. `now` is in milliseconds. */
export function apply(history: History, command: Command, now: number): History {
  const [document, forward, inverse] = produceWithPatches(history.document, (draft) => command.run(draft));
  if (forward.length === 0) return history;
  const last = history.past.at(-1);
  const merges =
    command.merge !== undefined &&
    last?.merge === command.merge &&
    (command.gesture === true || now - last.time < MERGE_MS);
  const step: Step = { label: command.label, merge: command.merge, time: now, forward, inverse };
  if (merges && last !== undefined) {
    step.forward = [...last.forward, ...forward];
    step.inverse = [...inverse, ...last.inverse];
  }
  const past = merges ? history.past.slice(0, -1) : history.past;
  return { document, past: [...past, step].slice(-MAX_STEPS), future: [] };
}

/** The document with a change made to it. */
export function changed(document: WorkflowDocument, run: Command["run"]): WorkflowDocument {
  return produce(document, (draft) => run(draft));
}

/** Change the document beside the history (a seed that moves on after a run): undo does not stop there. */
export function amend(history: History, run: Command["run"]): History {
  return { ...history, document: changed(history.document, run) };
}

/** Take the last step back. */
export function undo(history: History): History {
  const step = history.past.at(-1);
  if (step === undefined) return history;
  return {
    document: applyPatches(history.document, step.inverse),
    past: history.past.slice(0, -1),
    future: [step, ...history.future],
  };
}

/** Do the last undone step again. A step that was redone never merges with what follows. */
export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (step === undefined) return history;
  return {
    document: applyPatches(history.document, step.forward),
    past: [...history.past, { ...step, merge: undefined }],
    future,
  };
}
