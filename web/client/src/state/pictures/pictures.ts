/** Pictures that jobs made: the latest by node for the canvas, all recent ones for the strip. */

import { create } from "zustand";
import { ApiError } from "@/api/client";
import { getPictures } from "@/api/pictures";
import type { OutputImage, ServerEvent } from "@/api/types";

export interface Picture {
  /** Its number in the gallery, where it is known. */
  id?: number;
  url: string;
  filename: string;
  root: string;
  job: string;
  node: string;
}

interface Pictures {
  recent: readonly Picture[];
  byNode: Readonly<Record<string, readonly Picture[]>>;
}

/** How many the strip shows at first, and at most. */
const FIRST = 60;
const KEPT = 200;
const SOON_MS = 250;

export const usePictures = create<Pictures>(() => ({ recent: [], byNode: {} }));

/** Addresses of pictures that a job told of and the gallery has not written down yet. */
const early = new Set<string>();
let soon: ReturnType<typeof setTimeout> | undefined;

/** Load the strip: the gallery's latest, so what is in the trash is not there, and before them what it has yet to hear of. */
export async function loadRecentPictures(): Promise<void> {
  const limit = Math.min(KEPT, Math.max(FIRST, usePictures.getState().recent.length));
  const { pictures } = await getPictures({ search: "", limit });
  const known = pictures.map(({ url, filename, job_id, node }) => ({
    url,
    filename,
    root: "output",
    job: job_id,
    node,
  }));
  for (const { url } of known) early.delete(url);
  usePictures.setState(({ recent }) => ({
    recent: [...recent.filter(({ url }) => early.has(url)), ...known].slice(0, KEPT),
  }));
}

/** The gallery changed on the server: it has heard of new pictures, or some went into the trash, came back or are gone. */
export function takeStripEvent(event: ServerEvent): void {
  if (event.type !== "pictures.changed") return;
  if ((event.added ?? []).length > 0) {
    const awaited = early.size > 0;
    early.clear();
    if (awaited) return;
  }
  clearTimeout(soon);
  soon = setTimeout(() => void loadRecentPictures().catch(ignoreRefusal), SOON_MS);
}

/** Without an answer the strip stays as it is. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

/** A picture as a node told it. */
export function pictureOf(job: string, node: string, image: OutputImage): Picture {
  return { url: image.url, filename: image.filename, root: image.type, job, node };
}

/** A node of the open document showed pictures. */
export function showOnNode(job: string, node: string, images: readonly OutputImage[]): void {
  const pictures = images.map((image) => pictureOf(job, node, image));
  usePictures.setState((state) => ({ byNode: { ...state.byNode, [node]: pictures } }));
}

/** Pictures that a job, any job, has just made join the strip where they are in the output folder. */
export function joinStrip(job: string, node: string, images: readonly OutputImage[]): void {
  const { recent } = usePictures.getState();
  const known = new Set(recent.map((picture) => picture.url));
  const fresh = images
    .map((image) => pictureOf(job, node, image))
    .filter((picture) => picture.root === "output" && !known.has(picture.url));
  for (const { url } of fresh) early.add(url);
  if (fresh.length > 0) usePictures.setState({ recent: [...fresh.toReversed(), ...recent].slice(0, KEPT) });
}

/** Another workflow is open: no node shows a picture yet. */
export function clearNodePictures(): void {
  usePictures.setState({ byNode: {} });
}
