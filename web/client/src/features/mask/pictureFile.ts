/** Pictures and masks from files: decoded by the browser, turned upright, with no colour touched. */

import { emptyMask, type Mask } from "./pixels/mask";

const AS_IT_IS: ImageBitmapOptions = { premultiplyAlpha: "none", colorSpaceConversion: "none" };

/** The picture at an address. Throws where there is none, or the browser cannot read it. */
export async function loadPicture(url: string): Promise<ImageBitmap> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(String(response.status));
  return createImageBitmap(await response.blob());
}

/** The colours of a picture, four bytes a pixel. */
export function coloursOf(picture: ImageBitmap): ImageData {
  const sheet = new OffscreenCanvas(picture.width, picture.height);
  const context = sheet.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no 2d canvas");
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, picture.width, picture.height);
}

/** A grey picture as a mask, or null where its size is another one. */
export async function maskOf(file: Blob, width: number, height: number): Promise<Mask | null> {
  const picture = await createImageBitmap(file, AS_IT_IS);
  if (picture.width !== width || picture.height !== height) return null;
  const { data } = coloursOf(picture);
  const mask = emptyMask(width, height);
  for (let index = 0; index < mask.data.length; index += 1) mask.data[index] = data[index * 4] ?? 0;
  return mask;
}

/** What is transparent in a picture, as a mask. */
export function transparencyOf(picture: ImageBitmap): Mask {
  const { data, width, height } = coloursOf(picture);
  const mask = emptyMask(width, height);
  for (let index = 0; index < mask.data.length; index += 1) mask.data[index] = 255 - (data[index * 4 + 3] ?? 255);
  return mask;
}
