/** A picture on its way by drag and drop, within the page. */

import type { GalleryPicture } from "@/api/pictures";

export const PICTURE_TYPE = "application/x-noiseloom-picture";

export type CarriedPicture = Pick<GalleryPicture, "id" | "subfolder" | "filename" | "url" | "workflow">;

/** Put a picture into a drag. Other programs get its address. */
export function carryPicture(transfer: DataTransfer, picture: CarriedPicture): void {
  const { id, subfolder, filename, url, workflow } = picture;
  transfer.setData(PICTURE_TYPE, JSON.stringify({ id, subfolder, filename, url, workflow } satisfies CarriedPicture));
  transfer.setData("text/uri-list", new URL(url, location.href).href);
  transfer.effectAllowed = "copy";
}

/** The picture in a drop, or null. */
export function carriedPicture(transfer: DataTransfer | null): CarriedPicture | null {
  const text = transfer?.getData(PICTURE_TYPE) ?? "";
  try {
    return text === "" ? null : (JSON.parse(text) as CarriedPicture);
  } catch {
    return null;
  }
}
