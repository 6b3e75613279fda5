/** The gallery as it is looked at: what was searched for, what came, what is selected. */

import { create } from "zustand";
import { ApiError } from "@/api/client";
import {
  type Board,
  type GalleryPicture,
  getBoards,
  getPictureSummary,
  getPictures,
  type PictureSummary,
} from "@/api/pictures";
import type { ServerEvent } from "@/api/types";

const PAGE = 120;
const SOFT_LIMIT = 500;
const SOON_MS = 250;

export interface Gallery {
  search: string;
  /** Older than this place only: what the date scrub chose. */
  until: number | null;
  /** "now": its month as `2026-11`, to be shown. */
  untilMonth: string | null;
  pictures: readonly GalleryPicture[];
  next: number | null;
  /** "first" while nothing is known yet of this search, "more" while older ones come. */
  loading: "first" | "more" | null;
  /** "" for no answer; the server's words otherwise. Null: no error. */
  error: string | null;
  ignored: readonly string[];
  scanning: boolean;
  /** New ones that wait above, because the person looks at older ones. */
  arrived: readonly GalleryPicture[];
  /** `NO_SUMMARY` until it is counted. */
  summary: PictureSummary;
  boards: readonly Board[];
  selected: ReadonlySet<number>;
  /** The picture that has the focus, and where Shift extends from. */
  at: number | null;
  anchor: number | null;
  rowHeight: number;
  /** The newest are in view, so new ones may come in at the top. */
  atTop: boolean;
}

/** Nothing counted yet. One object: a selector that makes a new one each time never settles. */
export const NO_SUMMARY: PictureSummary = { total: 0, months: [], models: [] };

export const useGallery = create<Gallery>(() => ({
  search: "",
  until: null,
  untilMonth: null,
  pictures: [],
  next: null,
  loading: null,
  error: null,
  ignored: [],
  scanning: false,
  arrived: [],
  summary: NO_SUMMARY,
  boards: [],
  selected: new Set(),
  at: null,
  anchor: null,
  rowHeight: rememberedHeight(),
  atTop: true,
}));

/** The board that the search looks at, named by its id or its title. */
export function boardShown({ search, boards } = useGallery.getState()): Board | undefined {
  const found = /(?:^|\s)board:(?:"([^"]*)"|(\S+))/.exec(search);
  const named = found?.[1] ?? found?.[2];
  return boards.find(({ id, title }) => id === named || title.toLowerCase() === named?.toLowerCase());
}

const KEY = "noiseloom.gallery.row";

function rememberedHeight(): number {
  const known = Number(localStorage.getItem(KEY));
  return known >= 96 && known <= 320 ? known : 176;
}

export function setRowHeight(rowHeight: number): void {
  useGallery.setState({ rowHeight });
  localStorage.setItem(KEY, String(rowHeight));
}

/** How many places look at the gallery; nobody looking, nothing is fetched. */
let watchers = 0;
let asked = 0;
let soon: ReturnType<typeof setTimeout> | undefined;

/** Look at the gallery. Returns how to stop. */
export function watchGallery(): () => void {
  watchers += 1;
  if (watchers === 1) void loadGallery();
  return () => {
    watchers -= 1;
  };
}

/** Load the search from its first page. What is shown stays until the answer is there. */
export async function loadGallery(): Promise<void> {
  asked += 1;
  const mine = asked;
  const { search, until } = useGallery.getState();
  useGallery.setState({ loading: "first", error: null, arrived: [] });
  void loadAround(mine, search);
  try {
    const page = await getPictures({ search, limit: PAGE, before: until ?? undefined });
    if (mine !== asked) return;
    const { next, ignored, scanning } = page;
    const known = new Set(page.pictures.map(({ id }) => id));
    useGallery.setState((state) => ({
      pictures: page.pictures,
      next: next ?? null,
      ignored: ignored ?? [],
      scanning: scanning ?? false,
      loading: null,
      selected: new Set([...state.selected].filter((id) => known.has(id))),
      at: state.at !== null && known.has(state.at) ? state.at : null,
    }));
  } catch (error) {
    if (mine === asked) fail(error);
  }
}

async function loadAround(mine: number, search: string): Promise<void> {
  try {
    const [summary, boards] = await Promise.all([getPictureSummary(search), getBoards()]);
    if (mine === asked) useGallery.setState({ summary, boards });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Which ids a list holds. A page more takes over those of the list before, which is not shown any more. */
const ids = new WeakMap<readonly GalleryPicture[], Set<number>>();
const idsOf = (pictures: readonly GalleryPicture[]) => ids.get(pictures) ?? new Set(pictures.map(({ id }) => id));

/** Load the page behind the last one. */
export async function loadMore(): Promise<void> {
  const { search, next, loading } = useGallery.getState();
  if (next === null || loading !== null) return;
  const mine = asked;
  useGallery.setState({ loading: "more" });
  try {
    const page = await getPictures({ search, limit: PAGE, before: next });
    if (mine !== asked) return;
    const { pictures } = useGallery.getState();
    const known = idsOf(pictures);
    const fresh = page.pictures.filter(({ id }) => !known.has(id));
    const all = [...pictures, ...fresh];
    for (const { id } of fresh) known.add(id);
    ids.set(all, known);
    useGallery.setState({ pictures: all, next: page.next ?? null, loading: null });
  } catch (error) {
    if (mine === asked) fail(error);
  }
}

function fail(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  useGallery.setState({ loading: null, error: error.status === 0 ? "" : error.message });
}

export function searchGallery(search: string): void {
  if (search === useGallery.getState().search) return;
  useGallery.setState({ search, until: null, untilMonth: null, selected: new Set(), at: null, anchor: null });
  void loadGallery();
}

/** Go to the end of a month; null goes back to the newest. */
export function jumpTo(month: { month: string; until: number } | null): void {
  useGallery.setState({ until: month?.until ?? null, untilMonth: month?.month ?? null, at: null, anchor: null });
  void loadGallery();
}

/** The gallery changed on the server. */
export function takeGalleryEvent(event: ServerEvent): void {
  if (event.type !== "pictures.changed" || watchers === 0) return;
  clearTimeout(soon);
  soon = setTimeout(() => void catchUp(), SOON_MS);
}

/** Take in what came and what changed, without moving what is looked at. */
async function catchUp(): Promise<void> {
  const { search, until, pictures, arrived, loading } = useGallery.getState();
  const newest = arrived[0] ?? pictures[0];
  if (loading !== null) return;
  if (newest === undefined) return loadGallery();
  const mine = asked;
  void loadAround(mine, search);
  try {
    const [above, shown] = await Promise.all([
      until === null ? getPictures({ search, limit: PAGE, after: newest.place }) : null,
      pictures.length <= SOFT_LIMIT
        ? getPictures({ search, limit: Math.min(SOFT_LIMIT, pictures.length), before: (pictures[0]?.place ?? 0) + 1 })
        : null,
    ]);
    if (mine !== asked) return;
    if (shown !== null) useGallery.setState({ pictures: shown.pictures, next: shown.next ?? null });
    if (above !== null) takeArrived(above.pictures);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function takeArrived(fresh: readonly GalleryPicture[]): void {
  useGallery.setState((state) => {
    const known = new Set([...state.arrived, ...state.pictures].map(({ id }) => id));
    const arrived = [...fresh.filter(({ id }) => !known.has(id)), ...state.arrived];
    return state.atTop ? { pictures: [...arrived, ...state.pictures], arrived: [] } : { arrived };
  });
}

/** Show what waited above. */
export function showArrived(): void {
  useGallery.setState((state) => ({ pictures: [...state.arrived, ...state.pictures], arrived: [] }));
}

/** Whether the newest are in view. */
export function setAtTop(atTop: boolean): void {
  if (useGallery.getState().atTop !== atTop) useGallery.setState({ atTop });
}

/** Change pictures that are shown; `null` takes one away. */
export function patchPictures(ids: readonly number[], change: Partial<GalleryPicture> | null): void {
  const chosen = new Set(ids);
  useGallery.setState((state) => ({
    pictures:
      change === null
        ? state.pictures.filter(({ id }) => !chosen.has(id))
        : state.pictures.map((picture) => (chosen.has(picture.id) ? { ...picture, ...change } : picture)),
    selected: change === null ? new Set([...state.selected].filter((id) => !chosen.has(id))) : state.selected,
  }));
}
