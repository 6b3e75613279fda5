import { ViewportPortal } from "@xyflow/react";
import { Plus } from "lucide-react";
import { create } from "zustand";
import { insertInto } from "@/canvas/commands/wiring";
import { wireId } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { useSelection } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./WirePlus.module.css";
import { wireMiddle } from "./wirePath";

/** The wire that the pointer is on. */
export const useHoveredWire = create<{ wire: string | null }>(() => ({ wire: null }));

/** Leaving a wire for its button is not leaving it. */
export function leaveWire(event: React.MouseEvent): void {
  const to = event.relatedTarget;
  if (to instanceof Element && to.closest("[data-wire-plus]") !== null) return;
  useHoveredWire.setState({ wire: null });
}

/** A button at the middle of the wire under the pointer, or of the one selected: put a node in here. */
export function WirePlus() {
  const { t } = useWords();
  const hovered = useHoveredWire((state) => state.wire);
  const selected = useSelection((state) => (state.wires.length === 1 ? state.wires[0] : undefined));
  const document = useWorkspace(shown);
  const id = hovered ?? selected;
  const wire = id === undefined ? undefined : document.wires.find((item) => wireId(item) === id);
  const middle = wire === undefined ? null : wireMiddle(document, wire);
  if (wire === undefined || middle === null) return null;
  const [x, y] = middle;
  return (
    <ViewportPortal>
      <button
        type="button"
        data-wire-plus
        className={`nodrag nopan ${styles.plus}`}
        style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -50%)` }}
        title={`${t("wiring.insert_node")} (Insert)`}
        aria-label={t("wiring.insert_node")}
        onMouseLeave={() => useHoveredWire.setState({ wire: null })}
        onClick={() => insertInto(wire)}
      >
        <Plus size={14} aria-hidden />
      </button>
    </ViewportPortal>
  );
}
