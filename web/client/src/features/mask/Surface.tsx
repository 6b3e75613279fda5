import { useEffect, useRef } from "react";
import { useWords } from "@/i18n/useWords";
import { Hand } from "./hand";
import styles from "./Mask.module.css";
import { Painting } from "./painting";
import type { MaskSession } from "./session";
import { useMaskSettings } from "./settings";
import { fitted, type ViewBox } from "./viewBox";

export interface SurfaceControl {
  view: () => ViewBox;
  setView: (view: ViewBox) => void;
  size: () => { width: number; height: number };
  /** Space is held down. */
  hold: (held: boolean) => void;
}

interface Props {
  session: MaskSession;
  onZoom: (scale: number) => void;
  control: React.RefObject<SurfaceControl | null>;
}

/** The picture under its mask, and the hand on it. Draws once a frame at most. */
export function Surface({ session, onZoom, control }: Props) {
  const { t } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const tool = useMaskSettings((state) => state.tool);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;

  useEffect(() => {
    const sheet = canvas.current;
    if (sheet === null) return;
    return begin(sheet, session, control, (scale) => zoom.current(scale));
  }, [session, control]);

  return (
    <canvas
      ref={canvas}
      className={styles.surface}
      data-tool={tool}
      role="img"
      aria-label={t("mask.surface")}
      onContextMenu={(event) => event.preventDefault()}
    />
  );
}

function begin(
  sheet: HTMLCanvasElement,
  session: MaskSession,
  control: Props["control"],
  onZoom: (scale: number) => void,
): () => void {
  const painting = new Painting(session, sheet);
  let view: ViewBox = { x: 0, y: 0, scale: 1 };
  let untouched = true;
  let frame = 0;
  const redraw = () => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      painting.draw(view);
    });
  };
  const size = () => ({ width: sheet.clientWidth, height: sheet.clientHeight });
  const setView = (next: ViewBox) => {
    untouched = false;
    view = next;
    onZoom(view.scale);
    redraw();
  };
  const hand = new Hand({ session, painting, canvas: sheet, view: () => view, setView, redraw });
  control.current = {
    view: () => view,
    setView,
    size,
    hold: (held) => {
      hand.moving = held;
    },
  };
  session.onDirty = redraw;
  const resized = new ResizeObserver(() => {
    sheet.width = Math.max(1, Math.round(sheet.clientWidth * devicePixelRatio));
    sheet.height = Math.max(1, Math.round(sheet.clientHeight * devicePixelRatio));
    if (untouched) {
      view = fitted(session.mask, size());
      onZoom(view.scale);
    }
    redraw();
  });
  resized.observe(sheet);
  const settings = useMaskSettings.subscribe(redraw);
  const end = listen(sheet, hand);
  return () => {
    end();
    settings();
    resized.disconnect();
    cancelAnimationFrame(frame);
    session.onDirty = () => undefined;
    control.current = null;
  };
}

function listen(sheet: HTMLCanvasElement, hand: Hand): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  sheet.addEventListener("pointerdown", hand.down, { signal });
  sheet.addEventListener("pointermove", hand.move, { signal });
  sheet.addEventListener("pointerup", hand.up, { signal });
  sheet.addEventListener("pointercancel", hand.up, { signal });
  sheet.addEventListener("pointerleave", hand.leave, { signal });
  sheet.addEventListener("wheel", hand.wheel, { signal, passive: false });
  // Let go in full flight, a finger would leave a fling behind, and that swallows the next tap: on Save, say.
  sheet.addEventListener("touchstart", (event) => event.preventDefault(), { signal, passive: false });
  return () => stop.abort();
}
