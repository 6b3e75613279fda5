import { ImageOff } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useWords } from "@/i18n/useWords";
import styles from "./Viewer.module.css";
import { actualZoom, fitScale, panBy, placed, type Size, type ViewOf, zoomAt } from "./zoom";

export interface Layer {
  url: string;
  alt: string;
  /** What is seen of it: everything, the part right of a share, or its difference from what is below. */
  clipFrom?: number;
  difference?: boolean;
}

interface Props {
  layers: readonly Layer[];
  view: ViewOf;
  onView: (view: ViewOf) => void;
  /** Where one pixel of the picture is one of the screen, once that is known. */
  onActual?: (zoom: number) => void;
  children?: React.ReactNode;
}

const STEP = 1.0015;
const SHARP = 4;

/** Pictures over each other in one frame: the wheel zooms to the pointer, a drag moves, two fingers do both. */
export function Stage({ layers, view, onView, onActual, children }: Props) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState<Size>({ width: 0, height: 0 });
  const [picture, setPicture] = useState<Size | null>(null);
  const [gone, setGone] = useState(false);
  const first = layers[0]?.url;
  const shownFirst = useRef(first);
  if (shownFirst.current !== first) {
    shownFirst.current = first;
    if (gone) setGone(false);
  }
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setFrame({ width: element.clientWidth, height: element.clientHeight });
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    measure();
    return () => watcher.disconnect();
  }, []);
  const size = picture ?? { width: 1, height: 1 };
  useEffect(() => {
    if (picture !== null && frame.width > 0) onActual?.(actualZoom(frame, picture, devicePixelRatio));
  }, [onActual, picture, frame]);
  useWheel(box, (event, px, py) => onView(zoomAt(view, STEP ** -event.deltaY, frame, size, px, py)));
  const fingers = useFingers((dx, dy, factor, px, py) => {
    const moved = panBy(view, frame, size, dx, dy);
    onView(factor === 1 ? moved : zoomAt(moved, factor, frame, size, px, py));
  });
  const place = placed(view, frame, size);
  const sharp = fitScale(frame, size) * view.zoom * devicePixelRatio >= SHARP;
  return (
    <div ref={box} className={styles.stage} data-moves={view.zoom > 1} {...fingers}>
      {gone ? (
        <p className={styles.gone} role="status">
          <ImageOff size={32} aria-hidden />
          {t("gallery.file_gone")}
        </p>
      ) : (
        layers.map(({ url, alt, clipFrom, difference }, index) => (
          <img
            key={url}
            src={url}
            alt={alt}
            draggable={false}
            data-sharp={sharp}
            data-difference={difference === true}
            style={{
              ...place,
              visibility: picture === null ? "hidden" : "visible",
              clipPath: clipFrom === undefined ? undefined : clip(clipFrom, place, frame),
            }}
            onLoad={(event) => {
              if (index > 0) return;
              setPicture({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight });
            }}
            onError={() => index === 0 && setGone(true)}
          />
        ))
      )}
      {children}
    </div>
  );
}

/** The part right of a share of the frame, in the picture's own coordinates. */
function clip(share: number, place: { left: number; width: number }, frame: Size): string {
  const from = ((share * frame.width - place.left) / Math.max(1, place.width)) * 100;
  return `inset(0 0 0 ${Math.min(100, Math.max(0, from))}%)`;
}

/** React listens to the wheel passively; this one may keep the page from scrolling. */
function useWheel(box: React.RefObject<HTMLElement | null>, act: (event: WheelEvent, px: number, py: number) => void) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const element = box.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const bounds = (element as HTMLElement).getBoundingClientRect();
      latest.current(
        event,
        event.clientX - bounds.left - bounds.width / 2,
        event.clientY - bounds.top - bounds.height / 2,
      );
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [box]);
}

/** One pointer moves, two move and zoom. */
function useFingers(act: (dx: number, dy: number, factor: number, px: number, py: number) => void) {
  const down = useRef(new Map<number, { x: number; y: number }>());
  const release = (event: React.PointerEvent) => void down.current.delete(event.pointerId);
  return {
    onPointerDown: (event: React.PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest("[data-own-drag]") !== null) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      down.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: React.PointerEvent) => {
      const before = down.current.get(event.pointerId);
      if (before === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      down.current.set(event.pointerId, now);
      const bounds = event.currentTarget.getBoundingClientRect();
      const count = down.current.size;
      let factor = 1;
      let middle = now;
      if (other !== undefined) {
        const apart = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
        factor = apart(now) / Math.max(1, apart(before));
        middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      }
      act(
        (now.x - before.x) / count,
        (now.y - before.y) / count,
        factor,
        middle.x - bounds.left - bounds.width / 2,
        middle.y - bounds.top - bounds.height / 2,
      );
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}
