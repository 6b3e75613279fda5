import { type ReactFlowState, useStore } from "@xyflow/react";
import { Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { createPortal } from "react-dom";
import styles from "@/canvas/Canvas.module.css";
import { useWords } from "@/i18n/useWords";
import { viewport } from "@/state/canvas/viewport";
import { prefer, usePreferences } from "@/state/page/preferences";
import icon from "@/ui/iconButton.module.css";

const percent = (state: ReactFlowState) => Math.round(state.transform[2] * 100);

/** Where the controls go: into the strip, so that they cover nothing of the canvas. */
export const VIEW_CONTROLS_PLACE = "view-controls";

/** Zoom out, zoom in, 100 %, fit, minimap. */
export function ViewControls() {
  const place = document.getElementById(VIEW_CONTROLS_PLACE);
  return place === null ? null : createPortal(<Buttons />, place);
}

function Buttons() {
  const { t } = useWords();
  const zoom = useStore(percent);
  const minimap = usePreferences((state) => state.minimap);
  return (
    <div className={styles.controls} role="toolbar" aria-label={t("view.controls")}>
      <button
        type="button"
        className={icon.icon}
        title={t("view.zoom_out")}
        aria-label={t("view.zoom_out")}
        onClick={() => viewport()?.zoom(-1)}
      >
        <Minus size={16} aria-hidden />
      </button>
      <button type="button" className={styles.percent} title="Shift+0" onClick={() => viewport()?.reset()}>
        {zoom} %
      </button>
      <button
        type="button"
        className={icon.icon}
        title={t("view.zoom_in")}
        aria-label={t("view.zoom_in")}
        onClick={() => viewport()?.zoom(1)}
      >
        <Plus size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={icon.icon}
        title={`${t("view.fit")} (Shift+1)`}
        aria-label={t("view.fit")}
        onClick={() => viewport()?.fit()}
      >
        <Maximize size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={icon.icon}
        title={`${t("view.minimap")} (Alt+M)`}
        aria-label={t("view.minimap")}
        aria-pressed={minimap}
        onClick={() => prefer({ minimap: !minimap })}
      >
        <MapIcon size={16} aria-hidden />
      </button>
    </div>
  );
}
