/** The draft of the open workflow in this browser: a reload or a crash loses nothing. */

import type { WorkflowDocument } from "@/graph/document";
import { readDocument } from "@/graph/io/read";
import { currentDocument, useWorkspace } from "@/state/workspace";

interface Draft {
  document: WorkflowDocument;
  lastSeeds: Record<string, string>;
  /** The last job this page started on the document. */
  job: string | null;
}

const KEY = "noiseloom.draft";
const PAUSE_MS = 400;

let lastJob: string | null = null;

/** Write the draft now. `job` remembers the run to show again after a reload. */
export function saveDraft(job: string | null = lastJob): void {
  lastJob = job;
  const draft: Draft = { document: currentDocument(), lastSeeds: useWorkspace.getState().lastSeeds, job };
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Storage may be full or refused. The draft is a convenience; Save still works.
  }
}

/** The draft of the last visit, or null. */
export function loadDraft(): Draft | null {
  try {
    const text = localStorage.getItem(KEY);
    if (text === null) return null;
    const draft = JSON.parse(text) as Partial<Draft>;
    if (typeof draft.document !== "object" || draft.document === null) return null;
    lastJob = draft.job ?? null;
    return { document: readDocument(draft.document), lastSeeds: draft.lastSeeds ?? {}, job: lastJob };
  } catch {
    return null;
  }
}

/** Keep the draft up to date while the person edits. Returns the end of it. */
export function watchDraft(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => saveDraft();
  const unsubscribe = useWorkspace.subscribe((state, before) => {
    if (state.opened !== before.opened) lastJob = null;
    if (state.history.document === before.history.document) return;
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE_MS);
  });
  addEventListener("pagehide", flush);
  return () => {
    unsubscribe();
    clearTimeout(timer);
    removeEventListener("pagehide", flush);
  };
}
