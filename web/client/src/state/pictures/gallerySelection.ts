/** Which pictures of the gallery are selected, and which one has the focus. */

import type { GalleryPicture } from "@/api/pictures";
import { useGallery } from "./gallery";

/** Put the focus on a picture. `extend`: select all from where the selection began; `keep`: leave it as it is. */
export function focusPicture(id: number, how: "only" | "extend" | "keep" = "only"): void {
  useGallery.setState((state) => {
    if (how === "keep") return { at: id, anchor: id };
    if (how === "only") return { at: id, anchor: id, selected: new Set([id]) };
    const anchor = state.anchor ?? state.at ?? id;
    return { at: id, anchor, selected: new Set(between(state.pictures, anchor, id)) };
  });
}

/** Select a picture besides the others, or take it out. */
export function togglePicture(id: number): void {
  useGallery.setState((state) => {
    const selected = new Set(state.selected);
    if (!selected.delete(id)) selected.add(id);
    return { selected, at: id, anchor: id };
  });
}

export function selectAllPictures(): void {
  useGallery.setState((state) => ({ selected: new Set(state.pictures.map(({ id }) => id)) }));
}

export function clearPictures(): void {
  useGallery.setState({ selected: new Set() });
}

/** The selected pictures in the gallery's order; without a selection the one with the focus. */
export function chosenPictures(): GalleryPicture[] {
  const { pictures, selected, at } = useGallery.getState();
  if (selected.size > 0) return pictures.filter(({ id }) => selected.has(id));
  return pictures.filter(({ id }) => id === at);
}

function between(pictures: readonly GalleryPicture[], from: number, to: number): number[] {
  const ids = pictures.map(({ id }) => id);
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  if (a < 0 || b < 0) return [to];
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
