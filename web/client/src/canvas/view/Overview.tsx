import { type ReactFlowState, useStore, useStoreApi } from "@xyflow/react";
import { infiniteExtent, XYMinimap } from "@xyflow/system";
import { useEffect, useRef } from "react";
import { useWords } from "@/i18n/useWords";
import styles from "./Overview.module.css";
import type { LiveView, Seen } from "./useLiveView";

const WIDTH = 200;
const HEIGHT = 150;
/** Room around what is there, on the small map. */
const EDGE = 5;
/** How long the map may lag behind a hand. */
const LAG_MS = 100;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * A map of the whole canvas with the view on it: dragging on it pans, the wheel zooms. Drawn by hand as three paths, so that
 * it costs nothing while a hand is at work elsewhere.
 */
export function Overview({ live }: { live: LiveView }) {
  const { t } = useWords();
  const store = useStoreApi();
  const panZoom = useStore((state: ReactFlowState) => state.panZoom);
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const map = svg.current;
    if (map === null || panZoom === null) return;
    let scale = 1;
    const hands = XYMinimap({
      domNode: map,
      panZoom,
      getTransform: () => store.getState().transform,
      getViewScale: () => scale,
    });
    let later: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      clearTimeout(later);
      later = undefined;
      const seen = live.seen();
      scale = paint(map, seen);
      const { width, height } = seen;
      hands.update({ translateExtent: infiniteExtent, width, height, pannable: true, zoomable: true });
    };
    draw();
    const stop = live.watch(() => {
      later ??= setTimeout(draw, LAG_MS);
    });
    return () => {
      stop();
      clearTimeout(later);
      hands.destroy();
    };
  }, [store, live, panZoom]);
  return (
    <svg ref={svg} className={styles.map} width={WIDTH} height={HEIGHT} role="img" aria-label={t("view.minimap")}>
      <path data-map="frames" />
      <path data-map="nodes" />
      <path data-map="mask" fillRule="evenodd" />
    </svg>
  );
}

/** Draw the map. Answers how many of the canvas's units one of its pixels is. */
function paint(map: SVGSVGElement, { boxes, transform: [x, y, zoom], width, height }: Seen): number {
  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const all = around([...boxes, view]);
  const scale = Math.max(all.width / WIDTH, all.height / HEIGHT);
  const shown: Box = {
    x: all.x - (WIDTH * scale - all.width) / 2 - EDGE * scale,
    y: all.y - (HEIGHT * scale - all.height) / 2 - EDGE * scale,
    width: (WIDTH + 2 * EDGE) * scale,
    height: (HEIGHT + 2 * EDGE) * scale,
  };
  map.setAttribute("viewBox", `${shown.x} ${shown.y} ${shown.width} ${shown.height}`);
  const draw = (part: string, drawn: readonly Box[]) =>
    map.querySelector(`[data-map="${part}"]`)?.setAttribute("d", drawn.map(outline).join(""));
  draw(
    "frames",
    boxes.filter((box) => box.isFrame),
  );
  draw(
    "nodes",
    boxes.filter((box) => !box.isFrame),
  );
  draw("mask", [shown, view]);
  return scale;
}

function outline({ x, y, width, height }: Box): string {
  return `M${x},${y}h${width}v${height}h${-width}z`;
}

function around(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
