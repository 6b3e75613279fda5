/** Sub-graphs published on the server. */

import { call } from "./client";
import type { components } from "./schema";

export type PublishedEntry = components["schemas"]["PublishedSubgraph"];

const path = (name: string) => `/library/${encodeURIComponent(name)}`;

export async function getLibrary(): Promise<PublishedEntry[]> {
  return (await call<{ subgraphs: PublishedEntry[] }>("GET", "/library")).subgraphs;
}

/** Publish; `revision` is the version this replaces, null for a new name. Answers the new version. */
export async function putPublished(
  name: string,
  workflow: object,
  description: string,
  revision: string | null,
): Promise<string> {
  const answer = await call<{ revision: string }>("PUT", path(name), { workflow, description, revision });
  return answer.revision;
}

/** Take out of the library; answers what brings it back. */
export async function deletePublished(name: string): Promise<string> {
  return (await call<{ trash: string }>("DELETE", path(name))).trash;
}

export function restorePublished(trash: string, name: string): Promise<unknown> {
  return call("POST", "/library/restore", { trash, name });
}
