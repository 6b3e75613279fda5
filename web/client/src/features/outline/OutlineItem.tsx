import {
  Box,
  Check,
  ChevronDown,
  ChevronRight,
  Ellipsis,
  Frame,
  Layers,
  LoaderCircle,
  StickyNote,
  TriangleAlert,
  Workflow,
} from "lucide-react";
import { isComment } from "@/graph/comments";
import { canvasAt } from "@/graph/inside";
import type { NodeRow, OutlineRow, SeenRow } from "@/graph/outline";
import { isInstance } from "@/graph/subgraphs";
import { nodeName, stateWords, wiringWords } from "@/i18n/nodeWords";
import { useWords } from "@/i18n/useWords";
import { wholeCatalogue } from "@/state/nodes/catalogue";
import { useRuns } from "@/state/runs/runs";
import { type NodeRun, nodeRun } from "@/state/runs/runView";
import { useSelection } from "@/state/workflow/selection";
import { useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import { reveal, toggle } from "./acts";
import styles from "./Outline.module.css";

interface Props {
  seen: SeenRow;
  title: string;
  open: boolean;
  /** It is the tab stop of the tree. */
  active: boolean;
  focused: () => void;
  setOpen: (key: string, open: boolean) => void;
  menu: (row: OutlineRow, x: number, y: number) => void;
}

/** A row: what the node is called, how it fares, and the way to its commands. */
export function OutlineItem({ seen, title, open, active, focused, setOpen, menu }: Props) {
  const { t } = useWords();
  const { row, level } = seen;
  const here = useWorkspace((state) => state.path.join(":") === row.path.join(":"));
  const chosen = useSelection((state) => here && state.nodes.includes(row.id));
  const step = useRuns((runs) =>
    row.kind === "node" ? nodeRun(runs.view, row.key, isInstance(row.node.type)) : undefined,
  );
  const comment = row.kind === "frame" && isComment(row.frame);
  const branch = row.children.length > 0;
  const Arrow = open ? ChevronDown : ChevronRight;
  const Kind = comment ? StickyNote : row.kind === "frame" ? Frame : isInstance(row.node.type) ? Workflow : Box;
  const words = row.kind === "node" ? stateWords(t, row.node, step) : "";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={seen.at}
      aria-setsize={seen.among}
      aria-selected={chosen}
      aria-expanded={branch ? open : undefined}
      aria-label={
        row.kind === "node"
          ? nameOf(row)
          : t(comment ? "outline.comment_name" : "outline.frame_name", { title, count: row.children.length })
      }
      tabIndex={active ? 0 : -1}
      data-key={row.key}
      data-mode={row.kind === "node" ? row.node.mode : undefined}
      className={styles.row}
      style={{ "--level": level - 1 } as React.CSSProperties}
      onFocus={focused}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) toggle(row);
        else reveal(row);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        menu(row, event.clientX, event.clientY);
      }}
    >
      <span
        className={styles.arrow}
        aria-hidden
        data-arrow={branch || undefined}
        onClick={(event) => {
          if (!branch) return;
          event.stopPropagation();
          setOpen(row.key, !open);
        }}
      >
        {branch ? <Arrow size={16} /> : null}
      </span>
      <Kind size={16} aria-hidden className={styles.kind} />
      <span className={styles.title}>{title}</span>
      <span className={styles.state} data-state={step?.state} aria-hidden>
        {row.kind === "node" && row.node.mode === "active" ? <Sign step={step} /> : words}
      </span>
      <button
        type="button"
        tabIndex={-1}
        className={styles.more}
        aria-label={t("node.menu", { title })}
        aria-haspopup="menu"
        onClick={(event) => {
          event.stopPropagation();
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          menu(row, left, bottom);
        }}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
    </div>
  );

  function nameOf(node: NodeRow): string {
    const wiring = wiringWords(t, canvasAt(wholeDocument(), node.path), wholeCatalogue(), node.node);
    return nodeName(t, { title, place: node.place, of: node.of }, words, wiring);
  }
}

/** How a node fares, short: a sign and a figure, never colour alone. */
function Sign({ step }: { step: NodeRun | undefined }) {
  const { t } = useWords();
  switch (step?.state) {
    case undefined:
      return null;
    case "waiting":
      return t("node.waiting");
    case "running":
      return (
        <>
          <LoaderCircle size={14} />
          {step.total > 0 ? t("node.step", { value: step.value, total: step.total }) : t("node.running")}
        </>
      );
    case "done":
      return (
        <>
          <Check size={14} />
          {t("run.took", { seconds: step.seconds.toFixed(1) })}
        </>
      );
    case "cached":
      return (
        <>
          <Layers size={14} />
          {t("node.cached")}
        </>
      );
    case "failed":
      return (
        <>
          <TriangleAlert size={14} />
          {t("node.failed")}
        </>
      );
  }
}
