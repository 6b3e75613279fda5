/** Drafts: the server's journal of what is open and unsaved. */

import type { Change } from "@/graph/changes";
import { call } from "./client";
import type { components } from "./schema";

export type DraftSummary = components["schemas"]["DraftSummary"];

/** A draft as it is kept: the document, whose browser has it open, and what the page wants to know again. */
export interface DraftState {
  document: object;
  browser: string;
  about: Record<string, unknown>;
}

export interface KeptDraft {
  id: string;
  head: number;
  state: DraftState;
}

const path = (id: string) => `/drafts/${encodeURIComponent(id)}`;

export async function getDrafts(closed = false): Promise<DraftSummary[]> {
  const { drafts } = await call<{ drafts: DraftSummary[] }>("GET", `/drafts?closed=${closed}`);
  return drafts;
}

export function getDraft(id: string): Promise<KeptDraft> {
  return call("GET", path(id));
}

export async function getDraftHead(id: string): Promise<number> {
  return (await call<{ head: number }>("GET", `${path(id)}/head`)).head;
}

/** Put down a whole draft; `head` null says that it is new. Answers where it is then. */
export async function writeDraft(id: string, state: DraftState, head: number | null): Promise<number> {
  return (await call<{ head: number }>("PUT", path(id), { state, head })).head;
}

/** Add changes; they are on the server's disk when this answers. */
export async function changeDraft(id: string, changes: readonly Change[], head: number): Promise<number> {
  return (await call<{ head: number }>("POST", `${path(id)}/changes`, { changes, head })).head;
}

export function closeDraft(id: string): Promise<void> {
  return call("POST", `${path(id)}/close`, {});
}

export function reopenDraft(id: string): Promise<KeptDraft> {
  return call("POST", `${path(id)}/reopen`, {});
}
