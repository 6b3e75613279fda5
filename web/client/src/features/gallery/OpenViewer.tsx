import { Brush, ChevronLeft, ChevronRight, Columns2, Info as InfoIcon, Maximize, Star, X } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError } from "@/api/client";
import { type GalleryPicture, getPictureOf } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { restorePicture } from "@/state/actions/files";
import { starPictures, trashPictures, viewed } from "@/state/actions/gallery";
import { openViewer, useOverlays } from "@/state/page/overlays";
import { openView } from "@/state/page/views";
import { openCompare } from "@/state/pictures/compare";
import { loadMore, useGallery, watchGallery } from "@/state/pictures/gallery";
import { type Picture, usePictures } from "@/state/pictures/pictures";
import { Modal } from "@/ui/Modal";
import { Info } from "./InfoPane";
import { Stage } from "./Stage";
import styles from "./Viewer.module.css";
import { FITS, settled, type ViewOf } from "./zoom";

/** A picture, large: the wheel zooms, ← → go on, I tells what made it. */
export default function OpenViewer({ picture }: { picture: Picture }) {
  const { t } = useWords();
  const among = useAmong(picture);
  const record = useRecord(picture);
  const [view, setView] = useState<ViewOf>(FITS);
  const [actual, setActual] = useState(1);
  const [info, setInfo] = useState(() => innerWidth >= 1024);
  const at = among.findIndex((item) => item.url === picture.url);
  const turn = (by: -1 | 1) => {
    const other = at < 0 ? undefined : among[at + by];
    if (other === undefined) return;
    setView(FITS);
    openViewer(other, useOverlays.getState().viewerAmong);
    if (at + by > among.length - 5 && other.id !== undefined) void loadMore();
  };
  const fit = () => setView(FITS);
  const pixels = () => setView(settled({ ...view, zoom: actual }, actual));
  const trash = () => {
    if (record === null) return;
    openViewer(among[at + 1] ?? among[at - 1] ?? null, useOverlays.getState().viewerAmong);
    void trashPictures([record]);
  };
  const keys = new Map<string, () => void>([
    ["ArrowLeft", () => turn(-1)],
    ["ArrowRight", () => turn(1)],
    ["0", fit],
    ["1", pixels],
    ["+", () => setView(settled({ ...view, zoom: view.zoom * 1.25 }))],
    ["-", () => setView(settled({ ...view, zoom: view.zoom / 1.25 }))],
    ["i", () => setInfo(!info)],
    ["s", () => record !== null && void starPictures([record])],
    ["Delete", trash],
  ]);
  return (
    <Modal
      label={picture.filename}
      className={styles.viewer}
      onClose={() => openViewer(null)}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("[role=menu]")) return;
        const act = keys.get(/^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : keyOf(event));
        if (act === undefined) return;
        event.preventDefault();
        act();
      }}
    >
      <header>
        <h2>{picture.filename}</h2>
        <output className={styles.zoom}>{Math.round((view.zoom / actual) * 100)} %</output>
        <button type="button" title={`${t("viewer.fit")} (0)`} aria-label={t("viewer.fit")} onClick={fit}>
          <Maximize size={16} aria-hidden />
        </button>
        <button
          type="button"
          title={`${t("viewer.actual")} (1)`}
          aria-label={`1∶1 ${t("viewer.actual")}`}
          onClick={pixels}
        >
          1∶1
        </button>
        <CompareWithNext among={among} at={at} record={record} />
        <button
          type="button"
          aria-label={t("mask.on_picture")}
          title={t("mask.on_picture")}
          onClick={() => {
            openViewer(null);
            openView("mask", `file:${pictureValue(picture)}`);
          }}
        >
          <Brush size={16} aria-hidden /> <span>{t("mask.on_picture")}</span>
        </button>
        {record === null ? null : (
          <button
            type="button"
            aria-pressed={record.star}
            aria-label={t("gallery.star")}
            title={`${t("gallery.star")} (S)`}
            onClick={() => void starPictures([record])}
          >
            <Star size={16} fill={record.star ? "currentColor" : "none"} aria-hidden />
          </button>
        )}
        {record === null ? <Plain picture={picture} /> : null}
        <button
          type="button"
          aria-pressed={info}
          aria-label={t("viewer.info")}
          title={`${t("viewer.info")} (I)`}
          onClick={() => setInfo(!info)}
        >
          <InfoIcon size={16} aria-hidden />
        </button>
        <button
          type="button"
          aria-label={t("results.close")}
          title={`${t("results.close")} (Esc)`}
          onClick={() => openViewer(null)}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className={styles.body}>
        <Stage
          layers={[{ url: picture.url, alt: record?.prompt || picture.filename }]}
          view={view}
          onView={setView}
          onActual={setActual}
        >
          <Turn side="previous" disabled={at <= 0} act={() => turn(-1)} />
          <Turn side="next" disabled={at < 0 || at >= among.length - 1} act={() => turn(1)} />
        </Stage>
        {info && record !== null ? (
          <aside className={styles.info} aria-label={t("gallery.info")}>
            <Info picture={record} />
          </aside>
        ) : null}
      </div>
    </Modal>
  );
}

/** The picture as an image node names it. */
function pictureValue({ url, root, filename }: Picture): string {
  const path = decodeURIComponent(new URL(url, location.href).pathname).split(`/files/${root}/`)[1] ?? filename;
  return `${path} [${root}]`;
}

/** Digits by their place on the keyboard, all else by what they write. */
function keyOf(event: React.KeyboardEvent): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit !== undefined) return digit;
  return event.key === "=" ? "+" : event.key;
}

/** The pictures that ← and → go through: those named, the gallery's, or the strip's. */
function useAmong(picture: Picture): readonly Picture[] {
  const strip = usePictures((state) => state.recent);
  const among = useOverlays((state) => state.viewerAmong);
  const gallery = useGallery((state) => state.pictures);
  if (among !== null) return among;
  if (picture.id !== undefined && gallery.some(({ id }) => id === picture.id)) return gallery.map(viewed);
  return strip;
}

/** The gallery's record of a picture, wherever it was opened from; null while unknown, and for previews. */
function useRecord({ id, url, root }: Picture): GalleryPicture | null {
  const known = useGallery((state) => state.pictures.find((item) => item.id === id || item.url === url) ?? null);
  const [asked, setAsked] = useState<GalleryPicture | null>(null);
  useEffect(watchGallery, []);
  const found = known !== null;
  useEffect(() => {
    if (found || root !== "output") return;
    let here = true;
    const path = decodeURIComponent(new URL(url, location.href).pathname.replace(/^\/api\/v1\/files\/output\//, ""));
    getPictureOf(path).then(
      (detail) => here && setAsked(detail.picture),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
    return () => {
      here = false;
    };
  }, [found, url, root]);
  return known ?? (asked?.url === url ? asked : null);
}

function CompareWithNext({
  among,
  at,
  record,
}: {
  among: readonly Picture[];
  at: number;
  record: GalleryPicture | null;
}) {
  const { t } = useWords();
  const other = among[at + 1] ?? among[at - 1];
  const gallery = useGallery((state) => state.pictures);
  const second = gallery.find(({ url }) => url === other?.url);
  return (
    <button
      type="button"
      disabled={record === null || second === undefined}
      aria-label={t("viewer.compare_older")}
      title={t("viewer.compare_older")}
      onClick={() => record !== null && second !== undefined && openCompare([second, record])}
    >
      <Columns2 size={16} aria-hidden />
    </button>
  );
}

/** For pictures that the gallery does not know: download and workflow all the same. */
function Plain({ picture }: { picture: Picture }) {
  const { t } = useWords();
  return (
    <>
      <button
        type="button"
        onClick={() => void restorePicture(picture).then((restored) => restored && openViewer(null))}
      >
        {t("results.restore")}
      </button>
      <a href={picture.url} download={picture.filename}>
        {t("results.download")}
      </a>
    </>
  );
}

function Turn({ side, disabled, act }: { side: "previous" | "next"; disabled: boolean; act: () => void }) {
  const { t } = useWords();
  const Icon = side === "previous" ? ChevronLeft : ChevronRight;
  return (
    <button
      type="button"
      data-own-drag
      className={`${styles.turn} ${styles[side]}`}
      aria-label={t(`results.${side}`)}
      disabled={disabled}
      onClick={act}
    >
      <Icon size={20} aria-hidden />
    </button>
  );
}
