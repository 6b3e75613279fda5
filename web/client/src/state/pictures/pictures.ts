/** Pictures that jobs made: the latest by node for the canvas, all recent ones for the strip. */

import { create } from "zustand";
import { getImages } from "@/api/client";
import type { OutputImage } from "@/api/types";

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

const KEPT = 200;

export const usePictures = create<Pictures>(() => ({ recent: [], byNode: {} }));

/** Load the recent pictures from the server. */
export async function loadRecentPictures(): Promise<void> {
  const images = await getImages(60);
  const recent = images
    .filter((image) => image.root === "output")
    .map((image) => ({
      url: image.url,
      filename: image.filename,
      root: image.root,
      job: image.job_id,
      node: image.node,
    }));
  usePictures.setState({ recent });
}

/** A picture as a node told it. */
export function pictureOf(job: string, node: string, image: OutputImage): Picture {
  return { url: image.url, filename: image.filename, root: image.type, job, node };
}

/** A node of the open document showed pictures. Those in the output folder join the strip. */
export function showPictures(job: string, node: string, images: readonly OutputImage[]): void {
  const pictures = images.map((image) => pictureOf(job, node, image));
  usePictures.setState((state) => ({ byNode: { ...state.byNode, [node]: pictures } }));
  joinStrip(job, node, images);
}

/** Pictures of any job join the strip. */
export function joinStrip(job: string, node: string, images: readonly OutputImage[]): void {
  const { recent } = usePictures.getState();
  const known = new Set(recent.map((picture) => picture.url));
  const fresh = images
    .map((image) => pictureOf(job, node, image))
    .filter((picture) => picture.root === "output" && !known.has(picture.url));
  if (fresh.length > 0) usePictures.setState({ recent: [...fresh.toReversed(), ...recent].slice(0, KEPT) });
}

/** Another workflow is open: no node shows a picture yet. */
export function clearNodePictures(): void {
  usePictures.setState({ byNode: {} });
}
