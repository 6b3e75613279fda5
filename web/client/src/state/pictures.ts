/** Pictures that jobs made: the latest by node for the canvas, all recent ones for the strip. */

import { create } from "zustand";
import { getImages } from "@/api/client";
import type { OutputImage } from "@/api/types";

export interface Picture {
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

/** A node showed pictures. Those in the output folder join the strip. */
export function showPictures(job: string, node: string, images: readonly OutputImage[]): void {
  const pictures = images.map((image) => ({
    url: image.url,
    filename: image.filename,
    root: image.type,
    job,
    node,
  }));
  usePictures.setState((state) => {
    const known = new Set(state.recent.map((picture) => picture.url));
    const fresh = pictures.filter((picture) => picture.root === "output" && !known.has(picture.url));
    return {
      byNode: { ...state.byNode, [node]: pictures },
      recent: fresh.length === 0 ? state.recent : [...fresh.toReversed(), ...state.recent].slice(0, KEPT),
    };
  });
}

/** Another workflow is open: no node shows a picture yet. */
export function clearNodePictures(): void {
  usePictures.setState({ byNode: {} });
}
