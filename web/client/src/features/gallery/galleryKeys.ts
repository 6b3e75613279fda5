import type { GalleryPicture } from "@/api/pictures";
import { starPictures, trashPictures, viewPicture } from "@/state/actions/gallery";
import { openCompare } from "@/state/pictures/compare";
import { useGallery } from "@/state/pictures/gallery";
import { chosenPictures, togglePicture } from "@/state/pictures/gallerySelection";

/** The keys of one picture. Says whether the key meant something. */
export function actByKey(event: React.KeyboardEvent, picture: GalleryPicture): boolean {
  if (event.nativeEvent.isComposing || event.altKey) return false;
  if (event.key === " " && (event.ctrlKey || event.metaKey)) {
    togglePicture(picture.id);
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  switch (event.key) {
    case " ":
    case "Enter":
      viewPicture(picture);
      return true;
    case "Delete":
    case "Backspace":
      void trashPictures(chosen(picture));
      return true;
  }
  const letter = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  if (letter === "s") {
    void starPictures(chosen(picture));
    return true;
  }
  if (letter === "c") {
    openCompare(compared(picture));
    return true;
  }
  return false;
}

function chosen(picture: GalleryPicture): GalleryPicture[] {
  const found = chosenPictures();
  return found.length > 0 ? found : [picture];
}

/** What C compares: the selection, or this picture with the one made before it. */
export function compared(picture: GalleryPicture): GalleryPicture[] {
  const found = chosen(picture);
  if (found.length > 1) return found;
  const { pictures } = useGallery.getState();
  const older = pictures[pictures.findIndex(({ id }) => id === picture.id) + 1];
  return older === undefined ? found : [older, picture];
}
