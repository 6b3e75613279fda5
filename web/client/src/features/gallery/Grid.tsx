import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { GalleryPicture } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { movePicture, viewPicture } from "@/state/actions/gallery";
import { loadMore, setAtTop, showArrived, useGallery } from "@/state/pictures/gallery";
import { clearPictures, focusPicture, selectAllPictures, togglePicture } from "@/state/pictures/gallerySelection";
import { dayWords } from "./dayWords";
import styles from "./Grid.module.css";
import { actByKey } from "./galleryKeys";
import { justify, type Layout, neighbour, type Row, rowsWithin } from "./justify";
import { Tile } from "./Tile";

const GAP = 4;
const SPARE = 600;
const AHEAD = 1600;

interface Props {
  /** The height that rows are near to. */
  target: number;
  days: boolean;
  /** One click opens a picture; without it one click selects, and a second opens. */
  opens?: boolean;
}

/** Every picture found, in justified rows; only those near the view are drawn. */
export function Grid({ target, days, opens = false }: Props) {
  const { t } = useWords();
  const pictures = useGallery((state) => state.pictures);
  const arrived = useGallery((state) => state.arrived.length);
  const [box, width, height] = useSize();
  const [top, setTop] = useState(0);
  const known = useRef<Layout | null>(null);
  const layout = useMemo(() => {
    known.current = justify(pictures, { width, target, gap: GAP, days }, known.current);
    return known.current;
  }, [pictures, width, target, days]);
  const [first, last] = rowsWithin(layout, top - SPARE, top + height + SPARE);
  useEffect(() => {
    if (width > 0 && layout.height - top - height < AHEAD) void loadMore();
  }, [layout, top, height, width]);
  useTopOfNewSearch(box);
  const show = useFocusFollows(box, layout);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = indexOf(pictures, useGallery.getState().at);
    const picture = pictures[index];
    if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      if (picture !== undefined) void movePicture(picture, event.key === "ArrowLeft" ? -1 : 1);
      return;
    }
    const next = index < 0 ? 0 : neighbour(layout, index, event.key, pictures.length);
    const target = next === null ? undefined : pictures[next];
    if (/^(Arrow|Home|End)/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (target === undefined) return;
      focusPicture(target.id, event.shiftKey ? "extend" : "only");
      show.current = true;
    } else if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      selectAllPictures();
    } else if (event.key === "Escape" && useGallery.getState().selected.size > 1) {
      event.preventDefault();
      clearPictures();
    } else if (picture !== undefined && actByKey(event, picture)) event.preventDefault();
  };
  const act = useCallback(
    (picture: GalleryPicture, event: React.MouseEvent) => clicked(picture, event, opens),
    [opens],
  );
  return (
    <div
      ref={box}
      className={styles.scroll}
      onScroll={(event) => {
        setTop(event.currentTarget.scrollTop);
        setAtTop(event.currentTarget.scrollTop < GAP * 10);
      }}
    >
      {arrived > 0 ? (
        <button
          type="button"
          className={styles.arrived}
          onClick={() => {
            showArrived();
            box.current?.scrollTo({ top: 0 });
          }}
        >
          {t("gallery.arrived", { count: arrived })}
        </button>
      ) : null}
      <div
        role="listbox"
        aria-multiselectable
        aria-label={t("gallery.pictures")}
        tabIndex={-1}
        className={styles.rows}
        style={{ height: layout.height }}
        onKeyDown={onKeyDown}
      >
        {layout.rows.slice(first, last + 1).map((row) => (
          <GridRow key={row.day || row.cells[0]?.index} row={row} pictures={pictures} act={act} />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: Row;
  pictures: readonly GalleryPicture[];
  act: (picture: GalleryPicture, event: React.MouseEvent) => void;
}

function GridRow({ row, pictures, act }: RowProps) {
  const { t, language } = useLanguage();
  if (row.day !== "") {
    return (
      <div role="presentation" data-day className={styles.day} style={{ top: row.top, height: row.height }}>
        {dayWords(t, language, row.day)}
      </div>
    );
  }
  return row.cells.map(({ index, left, width }) => {
    const picture = pictures[index];
    if (picture === undefined) return null;
    const place = { left, top: row.top, width, height: row.height };
    return <Tile key={picture.id} picture={picture} index={index} place={place} act={act} />;
  });
}

function useLanguage() {
  const { t } = useWords();
  return { t, language: document.documentElement.lang || "en" };
}

/** One click selects and a second opens, or one opens; Shift extends, Ctrl adds; a finger opens. */
function clicked(picture: GalleryPicture, event: React.MouseEvent, opens: boolean): void {
  const touch = (event.nativeEvent as PointerEvent).pointerType === "touch";
  if (event.shiftKey) focusPicture(picture.id, "extend");
  else if (event.ctrlKey || event.metaKey) togglePicture(picture.id);
  else if (touch && useGallery.getState().selected.size > 1) togglePicture(picture.id);
  else {
    focusPicture(picture.id);
    if (opens || touch || event.detail > 1) viewPicture(picture);
  }
}

function indexOf(pictures: readonly GalleryPicture[], id: number | null): number {
  return id === null ? -1 : pictures.findIndex((picture) => picture.id === id);
}

/** Another search, or another month to begin with, is looked at from its first picture. */
function useTopOfNewSearch(box: React.RefObject<HTMLDivElement | null>): void {
  const search = useGallery((state) => state.search);
  const until = useGallery((state) => state.until);
  const loading = useGallery((state) => state.loading === "first");
  const shown = useRef<string | null>(null);
  useLayoutEffect(() => {
    const asked = JSON.stringify([search, until]);
    if (loading || shown.current === asked) return;
    shown.current = asked;
    box.current?.scrollTo({ top: 0 });
  }, [box, search, until, loading]);
}

function useSize(): [React.RefObject<HTMLDivElement | null>, number, number] {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<[number, number]>([0, 0]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      const style = getComputedStyle(element);
      const inner = element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      setSize([Math.max(0, inner), element.clientHeight]);
    };
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    measure();
    return () => watcher.disconnect();
  }, []);
  return [box, size[0], size[1]];
}

/** After a move by key, scroll to the picture and give it the focus. */
function useFocusFollows(box: React.RefObject<HTMLDivElement | null>, layout: { rows: readonly Row[] }) {
  const wanted = useRef(false);
  const at = useGallery((state) => state.at);
  const pictures = useGallery((state) => state.pictures);
  useEffect(() => {
    const element = box.current;
    if (!wanted.current || element === null || at === null) return;
    wanted.current = false;
    const index = indexOf(pictures, at);
    const row = layout.rows.find(({ cells }) => cells.some((cell) => cell.index === index));
    if (row === undefined) return;
    const above = row.top - 40 < element.scrollTop;
    const below = row.top + row.height > element.scrollTop + element.clientHeight - 8;
    if (above) element.scrollTop = row.top - 40;
    else if (below) element.scrollTop = row.top + row.height - element.clientHeight + 16;
    requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-picture="${at}"]`)?.focus());
  }, [box, layout, at, pictures]);
  return wanted;
}
