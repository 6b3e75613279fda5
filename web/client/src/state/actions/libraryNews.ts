/** The library as other windows change it. */

import { ApiError } from "@/api/client";
import type { ServerEvent } from "@/api/types";
import { originOf, outdated } from "@/graph/published";
import { loadLibrary, useLibrary } from "@/state/workflow/library";
import { wholeDocument } from "@/state/workflow/workspace";
import { afterPublishing } from "./library";
import { tellOutdated } from "./libraryUpdate";

const SOON_MS = 250;

let soon: ReturnType<typeof setTimeout> | undefined;
/** What was told and not yet looked up: names, and their versions now. */
let told = new Map<string, string | null>();

/** Somebody published, replaced or took away: look soon. */
export function takeLibraryEvent(event: ServerEvent): void {
  if (event.type !== "library.changed") return;
  told.set(event.name, event.revision ?? null);
  clearTimeout(soon);
  soon = setTimeout(() => void catchUp(), SOON_MS);
}

async function catchUp(): Promise<void> {
  await afterPublishing();
  const { published } = useLibrary.getState();
  const known = (name: string) => published.find((item) => item.name === name)?.revision ?? null;
  const news = new Set([...told].filter(([name, revision]) => known(name) !== revision).map(([name]) => name));
  told = new Map();
  if (news.size === 0) return;
  try {
    await loadLibrary();
  } catch (error) {
    // Without an answer the banner says so, and coming back loads the library again.
    if (!(error instanceof ApiError)) throw error;
    return;
  }
  const old = outdated(wholeDocument(), useLibrary.getState().published);
  if (old.some((definition) => news.has(originOf(definition)?.name ?? ""))) tellOutdated();
}
