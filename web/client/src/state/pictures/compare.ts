/** Pictures that are compared: two to four, side by side or over each other. */

import { create } from "zustand";
import type { GalleryPicture } from "@/api/pictures";

export const MOST_COMPARED = 4;

interface Compare {
  pictures: readonly GalleryPicture[];
}

export const useCompare = create<Compare>(() => ({ pictures: [] }));

/** Compare the first four of these; fewer than two are nothing to compare. */
export function openCompare(pictures: readonly GalleryPicture[]): void {
  if (pictures.length > 1) useCompare.setState({ pictures: pictures.slice(0, MOST_COMPARED) });
}

export function closeCompare(): void {
  useCompare.setState({ pictures: [] });
}
