import { Pin, PinOff, X } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { viewport } from "@/state/canvas/viewport";
import { useKeyOf } from "@/state/commands/bindings";
import { closePanel, type Panel, pinPanel, type Side, usePanels, widenPanel } from "@/state/page/panels";
import { useViews } from "@/state/page/views";
import { Loaded } from "../Loaded";
import { useWidth } from "../useWidth";
import styles from "./Panels.module.css";

/** Below this a panel always lies over the canvas. */
const DOCKS_FROM = 1024;
const PANEL_WIDTH = 280;
const STEP = 16;

/** The open panel of one side, if one is open. */
export function PanelSide({ side }: { side: Side }) {
  const open = usePanels((state) => state[side].open);
  const panel = usePanels((state) => state.list.find(({ id }) => id === open));
  const inView = useViews((state) => state.current !== null);
  if (panel === undefined || panel.side !== side || inView) return null;
  return <PanelFrame key={panel.id} panel={panel} />;
}

function PanelFrame({ panel }: { panel: Panel }) {
  const { t } = useWords();
  const { id, side } = panel;
  const frame = useRef<HTMLElement>(null);
  const title = wordsOr(t, panel.title, panel.title);
  const key = useKeyOf(`panel.${id}`);
  const width = usePanels((state) => state.widths[id] ?? panel.width ?? PANEL_WIDTH);
  const wide = useWidth() >= DOCKS_FROM;
  const pinned = usePanels((state) => state[side].pinned);
  const docked = pinned && wide;
  useFocusInside(frame, docked);
  useStillCanvas(side, docked ? width : 0);
  return (
    <aside
      ref={frame}
      tabIndex={-1}
      className={styles.panel}
      style={{ "--panel-width": `${width}px` } as React.CSSProperties}
      aria-label={title}
      data-panel={id}
      data-side={side}
      data-docked={docked}
      data-region={side === "left" ? "panel" : "inspector"}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        closePanel(id);
      }}
    >
      <header className={styles.head}>
        <h2>{title}</h2>
        {wide ? (
          <button
            type="button"
            className={styles.icon}
            aria-label={t(pinned ? "panel.unpin" : "panel.pin")}
            title={t(pinned ? "panel.unpin" : "panel.pin")}
            aria-pressed={pinned}
            onClick={() => pinPanel(side, !pinned)}
          >
            {pinned ? <PinOff size={16} aria-hidden /> : <Pin size={16} aria-hidden />}
          </button>
        ) : null}
        <button
          type="button"
          className={styles.icon}
          aria-label={t("panel.close", { title })}
          title={`${t("panel.close", { title })} (${["Esc", key].filter(Boolean).join(", ")})`}
          onClick={() => closePanel(id)}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className={styles.body}>
        <Loaded title={title} load={panel.load} props={{}} />
      </div>
      <Edge id={id} side={side} width={width} />
    </aside>
  );
}

/** A panel takes the focus when it is asked for, and gives it back when it goes. */
function useFocusInside(frame: React.RefObject<HTMLElement | null>, docked: boolean): void {
  const restored = useRef(docked && document.activeElement === document.body);
  useEffect(() => {
    const before = document.activeElement;
    if (restored.current) return;
    const inside = frame.current;
    inside?.focus({ preventScroll: true });
    return () => {
      const lost = document.activeElement === document.body || inside?.contains(document.activeElement) === true;
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [frame]);
}

/** A panel that docks at the left narrows the canvas; the view moves against it, so that nothing jumps. */
function useStillCanvas(side: Side, taken: number): void {
  const before = useRef(0);
  useLayoutEffect(() => {
    if (side === "left") viewport()?.pan(before.current - taken, 0);
    before.current = taken;
  }, [side, taken]);
  useLayoutEffect(
    () => () => {
      if (side === "left") viewport()?.pan(before.current, 0);
      before.current = 0;
    },
    [side],
  );
}

/** The edge that widens a panel: by drag, by arrow keys, back by double-click. */
function Edge({ id, side, width }: { id: string; side: Side; width: number }) {
  const { t } = useWords();
  const outward = side === "left" ? 1 : -1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("panel.width")}
      aria-valuenow={width}
      aria-valuemin={240}
      aria-valuemax={640}
      className={styles.edge}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        widenPanel(id, width + by * outward);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) widenPanel(id, width + event.movementX * outward);
      }}
    />
  );
}
