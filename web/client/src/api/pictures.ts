/** Calls for the gallery: pictures, boards, thumbnails. */

import { call } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type GalleryPicture = Schemas["PictureModel"];
export type PicturePage = Schemas["PictureList"];
export type PictureDetail = Schemas["PictureDetail"];
export type PictureParameter = Schemas["PictureParameter"];
export type PictureSummary = Schemas["PictureSummary"];
export type Board = Schemas["BoardModel"];

/** Minutes east of UTC, so that a day is this person's day. */
const here = () => -new Date().getTimezoneOffset();

function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

export interface PageWish {
  search: string;
  limit?: number | undefined;
  before?: number | undefined;
  after?: number | undefined;
}

export function getPictures(wish: PageWish): Promise<PicturePage> {
  return call("GET", `/pictures?${query({ ...wish, tz: here() })}`);
}

export function getPictureSummary(search: string): Promise<PictureSummary> {
  return call("GET", `/pictures/summary?${query({ search, tz: here() })}`);
}

export function getPictureDetail(id: number): Promise<PictureDetail> {
  return call("GET", `/pictures/${id}`);
}

/** The picture at a place below the output folder. */
export function getPictureOf(path: string): Promise<PictureDetail> {
  return call("GET", `/pictures/of?${query({ path })}`);
}

export async function getPictureWorkflow(id: number): Promise<object> {
  const { workflow } = await call<{ workflow: object }>("GET", `/pictures/${id}/workflow`);
  return workflow;
}

/** Star pictures, or put them into the trash and take them out. */
export function changePictures(ids: readonly number[], what: { star?: boolean; trash?: boolean }): Promise<unknown> {
  return call("POST", "/pictures/changes", { ids, ...what });
}

/** Delete for good what is in the trash. */
export function deletePictures(ids: readonly number[]): Promise<{ changed: number }> {
  return call("POST", "/pictures/delete", { ids });
}

export function scanPictures(): Promise<{ changed: number }> {
  return call("POST", "/pictures/scan");
}

export async function getBoards(): Promise<Board[]> {
  const { boards } = await call<{ boards: Board[] }>("GET", "/boards");
  return boards;
}

export function makeBoard(title: string, ids: readonly number[]): Promise<Board> {
  return call("POST", "/boards", { title, ids });
}

export function changeBoard(id: string, what: { title?: string; before?: string }): Promise<void> {
  return call("POST", `/boards/${id}`, what);
}

export function deleteBoard(id: string): Promise<{ ids: number[] }> {
  return call("DELETE", `/boards/${id}`);
}

export function changeBoardPictures(
  id: string,
  what: { add?: readonly number[]; remove?: readonly number[] },
): Promise<unknown> {
  return call("POST", `/boards/${id}/pictures`, what);
}

export function moveOnBoard(board: string, id: number, before: number | null): Promise<void> {
  return call("POST", `/boards/${board}/order`, { id, before });
}

/** A thumbnail that is sharp at `height` CSS pixels. */
export function thumbnailUrl(picture: GalleryPicture, height: number): string {
  const wanted = height * devicePixelRatio;
  return `${picture.thumbnail}&side=${wanted <= 256 ? 256 : wanted <= 512 ? 512 : 1024}`;
}

/** One file, or a ZIP of several. */
export function downloadUrl(ids: readonly number[], workflow: boolean): string {
  const wish = `workflow=${workflow}`;
  const [only] = ids;
  if (ids.length === 1) return `/api/v1/pictures/${only}/download?${wish}`;
  return `/api/v1/pictures/archive?ids=${ids.join(",")}&${wish}`;
}
