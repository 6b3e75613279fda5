import { type ReactFlowState, useStore } from "@xyflow/react";
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Frame,
  type LucideIcon,
  Network,
  Spline,
} from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import { shape } from "@/canvas/model/shape";
import { around, boxesOf } from "@/graph/boxes";
import { useWords } from "@/i18n/useWords";
import { useLayoutPreview } from "@/state/canvas/layoutPreview";
import { useCommandItems } from "@/state/commands/useItems";
import { useSelection } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import icon from "@/ui/iconButton.module.css";
import styles from "./SelectionToolbar.module.css";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  "arrange.left": AlignStartVertical,
  "arrange.center": AlignCenterVertical,
  "arrange.right": AlignEndVertical,
  "arrange.top": AlignStartHorizontal,
  "arrange.middle": AlignCenterHorizontal,
  "arrange.bottom": AlignEndHorizontal,
  "arrange.horizontal": AlignHorizontalDistributeCenter,
  "arrange.vertical": AlignVerticalDistributeCenter,
  "arrange.straighten": Spline,
  "arrange.layout": Network,
  "frame.make": Frame,
};
const IDS = Object.keys(ICONS);
const WIDTH = 352;
const HEIGHT = 36;
const GAP = 12;

/** What can be done with several nodes, over them. It keeps away while the hand is at work. */
export function SelectionToolbar() {
  const count = useSelection((state) => state.nodes.length);
  const busy = useStore(
    (state: ReactFlowState) => state.userSelectionActive || state.paneDragging || state.connection.inProgress,
  );
  const previewing = useLayoutPreview((state) => state.layout !== null);
  return count < 2 || busy || previewing ? null : <Toolbar />;
}

function Toolbar() {
  const { t } = useWords();
  const items = useCommandItems(IDS);
  const place = usePlace();
  if (place === null) return null;
  return (
    <div
      role="toolbar"
      aria-label={t("arrange.toolbar")}
      className={styles.toolbar}
      style={{ transform: `translate(${place.x}px, ${place.y}px)` }}
      onKeyDown={walk}
    >
      {items.map((item, index) => {
        const Icon = ICONS[item?.id ?? ""];
        if (item === null || Icon === undefined) return null;
        const name = item.keys === "" ? item.label : `${item.label} (${item.keys})`;
        return (
          <button
            className={icon.icon}
            key={item.id}
            type="button"
            tabIndex={index === 0 ? 0 : -1}
            aria-label={item.label}
            title={name}
            disabled={item.disabled}
            data-command={item.id}
            onClick={item.run}
          >
            <Icon size={16} aria-hidden />
          </button>
        );
      })}
    </div>
  );
}

/** Arrows go along the toolbar: it is one stop. */
function walk(event: React.KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
  event.stopPropagation();
}

/** Above the selection, inside the view; below it where there is no room. Null when the selection is out of sight. */
function usePlace(): { x: number; y: number } | null {
  const ids = useSelection((state) => state.nodes);
  const document = useWorkspace(shown);
  return useStore(
    useShallow(({ transform: [tx, ty, zoom], width, height }: ReactFlowState) => {
      const box = around(boxesOf(document, ids, shape));
      if (box === null) return null;
      const [left, top] = [box.x * zoom + tx, box.y * zoom + ty];
      const [right, bottom] = [left + box.width * zoom, top + box.height * zoom];
      if (right < 0 || bottom < 0 || left > width || top > height) return null;
      const x = Math.max(GAP, Math.min((left + right - WIDTH) / 2, width - WIDTH - GAP));
      const above = top - HEIGHT - GAP;
      const y = above >= GAP ? above : bottom + GAP + HEIGHT < height ? bottom + GAP : GAP;
      return { x: Math.round(x), y: Math.round(y) };
    }),
  );
}
