/** What a person does with pictures of the gallery. Everything can be undone, but what leaves the trash for good. */

import { ApiError } from "@/api/client";
import {
  type Board,
  changeBoard,
  changeBoardPictures,
  changePictures,
  deleteBoard,
  deletePictures,
  downloadUrl,
  type GalleryPicture,
  getBoards,
  makeBoard,
  moveOnBoard,
  scanPictures,
} from "@/api/pictures";
import { t } from "@/i18n/i18n";
import { notify } from "@/state/page/notices";
import { openViewer } from "@/state/page/overlays";
import { boardShown, loadGallery, patchPictures, searchGallery, useGallery } from "@/state/pictures/gallery";
import type { Picture } from "@/state/pictures/pictures";

const AT_ONCE = 1000;
const ARCHIVE_MOST = 200;

const ids = (pictures: readonly GalleryPicture[]) => pictures.map(({ id }) => id);

/** Do something on the server; a refusal is told, and what is shown is fetched again. */
async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    void loadGallery();
    return false;
  }
}

async function inParts(all: readonly number[], work: (part: readonly number[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += AT_ONCE) await work(all.slice(start, start + AT_ONCE));
}

/** Star all of them, or none where all are starred already. */
export async function starPictures(pictures: readonly GalleryPicture[]): Promise<void> {
  if (pictures.length === 0) return;
  const star = !pictures.every((picture) => picture.star);
  patchPictures(ids(pictures), { star });
  await attempt(() => inParts(ids(pictures), (part) => changePictures(part, { star })));
}

export async function trashPictures(pictures: readonly GalleryPicture[]): Promise<void> {
  if (pictures.length === 0) return;
  const gone = ids(pictures);
  const { pictures: before, at } = useGallery.getState();
  const place = before.findIndex(({ id }) => id === (at ?? gone[0]));
  patchPictures(gone, null);
  const { pictures: left } = useGallery.getState();
  useGallery.setState({ at: left[Math.min(Math.max(place, 0), left.length - 1)]?.id ?? null });
  if (!(await attempt(() => inParts(gone, (part) => changePictures(part, { trash: true }))))) return;
  notify("info", t("gallery.trashed", { count: gone.length }), {
    label: t("menu.undo"),
    act: () => void restorePictures(pictures),
  });
}

export async function restorePictures(pictures: readonly GalleryPicture[]): Promise<void> {
  const back = ids(pictures);
  if (await attempt(() => inParts(back, (part) => changePictures(part, { trash: false })))) await loadGallery();
}

/** For good; asked for in the trash only, after a second click. */
export async function deleteForGood(pictures: readonly GalleryPicture[]): Promise<void> {
  patchPictures(ids(pictures), null);
  await attempt(() => inParts(ids(pictures), deletePictures));
}

export async function rescan(): Promise<void> {
  await attempt(scanPictures);
  await loadGallery();
}

/** A board named by the person, with these pictures on it. */
export async function newBoard(title: string, pictures: readonly GalleryPicture[]): Promise<void> {
  await attempt(async () => {
    await boardWith(title, ids(pictures));
    if (pictures.length > 0) notify("info", t("gallery.on_board", { count: pictures.length, board: title }));
  });
}

/** Make a board that holds these pictures, however many; answers its id. */
async function boardWith(title: string, held: readonly number[]): Promise<string> {
  const { id } = await makeBoard(title, held.slice(0, AT_ONCE));
  await inParts(held.slice(AT_ONCE), (part) => changeBoardPictures(id, { add: part }));
  return id;
}

export async function renameBoard(board: Board, title: string): Promise<void> {
  if (title.trim() !== "" && title !== board.title) await attempt(() => changeBoard(board.id, { title: title.trim() }));
}

/** Put a board one place earlier in the order. */
export async function boardEarlier(board: Board): Promise<void> {
  const { boards } = useGallery.getState();
  const before = boards[boards.findIndex(({ id }) => id === board.id) - 1];
  if (before !== undefined) await attempt(() => changeBoard(board.id, { before: before.id }));
}

/** Take a board away, none of its pictures. Undo makes it again, in its place. */
export async function removeBoard(board: Board): Promise<void> {
  const shown = boardShown()?.id === board.id;
  await attempt(async () => {
    const boards = await getBoards();
    const next = boards[boards.findIndex(({ id }) => id === board.id) + 1];
    const { ids: held } = await deleteBoard(board.id);
    if (shown) searchGallery("");
    notify("info", t("gallery.board_deleted", { board: board.title }), {
      label: t("menu.undo"),
      act: () =>
        void attempt(async () => {
          const again = await boardWith(board.title, held);
          if (next !== undefined) await changeBoard(again, { before: next.id });
        }),
    });
  });
}

export async function putOnBoard(board: Board, pictures: readonly GalleryPicture[]): Promise<void> {
  const add = ids(pictures);
  if (!(await attempt(() => inParts(add, (part) => changeBoardPictures(board.id, { add: part }))))) return;
  notify("info", t("gallery.on_board", { count: add.length, board: board.title }), {
    label: t("menu.undo"),
    act: () => void attempt(() => inParts(add, (part) => changeBoardPictures(board.id, { remove: part }))),
  });
}

export async function takeOffBoard(board: Board, pictures: readonly GalleryPicture[]): Promise<void> {
  const remove = ids(pictures);
  if (boardShown()?.id === board.id) patchPictures(remove, null);
  if (!(await attempt(() => inParts(remove, (part) => changeBoardPictures(board.id, { remove: part }))))) return;
  notify("info", t("gallery.taken_off", { count: remove.length, board: board.title }), {
    label: t("menu.undo"),
    act: () =>
      void attempt(async () => {
        await inParts(remove, (part) => changeBoardPictures(board.id, { add: part }));
        await loadGallery();
      }),
  });
}

/** Move a picture within the board that is looked at, by so many places. */
export async function movePicture(picture: GalleryPicture, by: -1 | 1): Promise<void> {
  const { pictures } = useGallery.getState();
  const board = boardShown();
  const index = pictures.findIndex(({ id }) => id === picture.id);
  const other = pictures[index + by];
  if (board === undefined || index < 0 || other === undefined) return;
  const order = pictures.filter(({ id }) => id !== picture.id);
  order.splice(index + by, 0, picture);
  useGallery.setState({ pictures: order });
  const before = order[index + by + 1]?.id ?? null;
  if (await attempt(() => moveOnBoard(board.id, picture.id, before))) await loadGallery();
}

/** Download one picture, or several as a ZIP. */
export function downloadPictures(pictures: readonly GalleryPicture[], workflow: boolean): void {
  const chosen = ids(pictures).slice(0, ARCHIVE_MOST);
  if (chosen.length === 0) return;
  const link = document.createElement("a");
  link.href = downloadUrl(chosen, workflow);
  link.download = "";
  link.click();
  if (pictures.length > ARCHIVE_MOST) notify("warning", t("gallery.download_most", { count: ARCHIVE_MOST }));
}

/** A gallery's picture as the viewer takes it. */
export function viewed({ id, url, filename, job_id, node }: GalleryPicture): Picture {
  return { id, url, filename, root: "output", job: job_id, node };
}

export function viewPicture(picture: GalleryPicture): void {
  openViewer(viewed(picture));
}
