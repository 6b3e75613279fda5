import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { incomingWires, nodeIndex, outgoingWires, wireId } from "@/graph/document";
import { tourStops } from "@/graph/tour";
import { useWords } from "@/i18n/useWords";
import { nodeTitle, typeHelp } from "@/i18n/words";
import { viewport } from "@/state/canvas/viewport";
import { useSpec } from "@/state/nodes/catalogue";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, useNode } from "@/state/workflow/workspace";
import { Head } from "./Head";
import styles from "./Tour.module.css";

/** From node to node, each with its wires: ← and → walk, Esc ends. */
export function Walk({ onEnd }: { onEnd: () => void }) {
  const { t } = useWords();
  const [stops] = useState(() => tourStops(currentDocument()));
  const [at, setAt] = useState(0);
  const id = stops[at] ?? "";
  const node = useNode(id);
  const spec = useSpec(node?.type);
  const place = useRef<HTMLDivElement>(null);
  const forward = useRef<HTMLButtonElement>(null);
  useEffect(() => forward.current?.focus(), []);
  // What was selected before is selected again.
  useEffect(() => {
    const { nodes, wires } = useSelection.getState();
    return () => selectNodes(nodes, wires);
  }, []);
  useEffect(() => show(id, place.current?.closest("[data-tour]") ?? null), [id]);
  // The workflow may be edited or another opened meanwhile.
  useEffect(() => {
    if (node === undefined) onEnd();
  }, [node, onEnd]);
  if (node === undefined) return null;
  const go = (step: 1 | -1) => setAt((now) => Math.min(Math.max(now + step, 0), stops.length - 1));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a group of buttons that share keys
    <div
      ref={place}
      className={styles.walk}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") go(1);
        else if (event.key === "ArrowLeft") go(-1);
        else if (event.key === "Escape") onEnd();
        else return;
        event.preventDefault();
      }}
    >
      <div aria-live="polite" className={styles.told}>
        <Head title={nodeTitle(t, node, spec)} />
        <p>{spec === undefined ? "" : typeHelp(t, spec)}</p>
      </div>
      <div className={styles.steps}>
        <button
          type="button"
          className={styles.turn}
          title="←"
          aria-label={t("tour.back")}
          aria-disabled={at === 0}
          onClick={() => go(-1)}
        >
          <ChevronLeft size={16} aria-hidden />
        </button>
        <span>{t("tour.at", { at: at + 1, count: stops.length })}</span>
        <button
          ref={forward}
          type="button"
          className={styles.turn}
          title="→"
          aria-label={t("tour.on")}
          aria-disabled={at === stops.length - 1}
          onClick={() => go(1)}
        >
          <ChevronRight size={16} aria-hidden />
        </button>
        <button type="button" className={styles.end} title="Esc" onClick={onEnd}>
          {t("tour.end")}
        </button>
      </div>
    </div>
  );
}

/** Select a node and its wires, and bring it out from under the card. */
function show(id: string, card: Element | null): void {
  const document = currentDocument();
  const node = nodeIndex(document).get(id);
  if (node === undefined) return;
  const wires = [...incomingWires(document, id).values(), ...outgoingWires(document, id)];
  selectNodes([id], wires.map(wireId));
  const view = viewport();
  const { right = 0, top = 0 } = card?.getBoundingClientRect() ?? {};
  const corner = view?.toScreen(node.position);
  if (view === null || corner === undefined) return;
  const bottom = corner.y + view.shapeOf(node).height * view.view().zoom;
  if (corner.x < right && bottom > top) view.pan(0, top - bottom - 8);
  else view.reveal(id);
}
