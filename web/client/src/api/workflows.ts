/** Workflows saved by name, their versions and the trash; conversion between forms. */

import { call } from "./client";
import type { components } from "./schema";
import type { Problem } from "./types";

type Schemas = components["schemas"];

export type SavedWorkflow = Schemas["SavedWorkflow"];
export type WorkflowCard = Schemas["WorkflowCard"];
export type WorkflowVersion = Schemas["WorkflowVersion"];
export type TrashedWorkflow = Schemas["TrashedWorkflow"];

export interface OpenedWorkflow {
  name: string;
  revision: string;
  workflow: object;
  problems: Problem[];
}

const path = (name: string) => `/workflows/saved/${encodeURIComponent(name)}`;

/** Every saved workflow. */
export async function getSavedWorkflows(): Promise<SavedWorkflow[]> {
  const found: SavedWorkflow[] = [];
  let after: string | null = "";
  while (after !== null) {
    const query: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
    const page: Schemas["SavedWorkflowList"] = await call("GET", `/workflows/saved?limit=500${query}`);
    found.push(...page.workflows);
    after = page.next ?? null;
  }
  return found;
}

export function getSavedWorkflow(name: string): Promise<OpenedWorkflow> {
  return call("GET", path(name));
}

/** Save by name; `revision` is the one the change was made from, null for a new name. Answers the new revision. */
export async function putSavedWorkflow(name: string, workflow: object, revision: string | null): Promise<string> {
  return (await call<{ revision: string }>("PUT", path(name), { workflow, revision })).revision;
}

/** Show a picture of the server's folders for a saved workflow. */
export function putThumbnail(name: string, root: string, file: string): Promise<void> {
  return call("PUT", `${path(name)}/thumbnail`, { root, path: file });
}

/** Move to the trash; answers what brings it back. */
export async function deleteSavedWorkflow(name: string): Promise<string> {
  return (await call<{ trash: string }>("DELETE", path(name))).trash;
}

export function moveSavedWorkflow(name: string, to: string): Promise<void> {
  return call("POST", `${path(name)}/move`, { to });
}

export async function getVersions(name: string): Promise<WorkflowVersion[]> {
  return (await call<{ versions: WorkflowVersion[] }>("GET", `${path(name)}/versions`)).versions;
}

export function getVersion(name: string, number: number): Promise<OpenedWorkflow> {
  return call("GET", `${path(name)}/versions/${number}`);
}

export async function getTrash(): Promise<TrashedWorkflow[]> {
  return (await call<{ workflows: TrashedWorkflow[] }>("GET", "/workflows/trash")).workflows;
}

export function restoreTrashed(trash: string, name: string): Promise<{ revision: string }> {
  return call("POST", "/workflows/trash/restore", { trash, name });
}

/** A workflow of any form as our document, or as ComfyUI's run form (`graph`) or canvas of either version. */
export function convertWorkflow(
  workflow: object,
  to: "document" | "graph" | "canvas" | "canvas-1.0",
): Promise<{ workflow: object; problems: Problem[] }> {
  return call("POST", "/workflows/convert", { workflow, to });
}
