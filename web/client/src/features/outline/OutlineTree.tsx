import { useEffect, useRef, useState } from "react";
import type { OutlineRow, SeenRow } from "@/graph/outline";
import { useWords } from "@/i18n/useWords";
import { openMenu, reveal, runByKey, toggle } from "./acts";
import styles from "./Outline.module.css";
import { OutlineItem } from "./OutlineItem";

interface Props {
  rows: readonly SeenRow[];
  closed: ReadonlySet<string>;
  titleOf: (row: OutlineRow) => string;
  setOpen: (key: string, open: boolean) => void;
}

/** The rows, with one tab stop and the keys of a tree. */
export function OutlineTree({ rows, closed, titleOf, setOpen }: Props) {
  const { t } = useWords();
  const tree = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<string | null>(null);
  const active = rows.find(({ row }) => row.key === wanted) ?? rows[0];
  const itemOf = (key: string) => tree.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
  // The rows when a key of the canvas acted on one: if that is gone then, the keyboard goes to the row above it.
  const acted = useRef<{ key: string; rows: readonly SeenRow[] } | null>(null);
  useEffect(() => {
    const before = acted.current;
    if (before === null || rows.some(({ row }) => row.key === before.key)) return;
    acted.current = null;
    const above = rowAbove(before.rows, before.key, rows);
    if (above === undefined || document.activeElement !== document.body) return;
    setWanted(above);
    tree.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(above)}"]`)?.focus();
  }, [rows]);
  const go = (key: string | undefined) => {
    if (key === undefined) return;
    setWanted(key);
    itemOf(key)?.focus();
  };
  const menuOf = (row: OutlineRow, x: number, y: number) => {
    setWanted(row.key);
    openMenu(row, x, y, () => itemOf(row.key)?.focus());
  };
  const menuAt = (row: OutlineRow) => {
    const box = itemOf(row.key)?.getBoundingClientRect();
    menuOf(row, (box?.left ?? 0) + 24, box?.bottom ?? 0);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const key =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;
    const at = rows.find(({ row }) => row.key === key);
    if (at === undefined || event.nativeEvent.isComposing) return;
    const stroke = keyStep(event, at, rows, closed, titleOf);
    if (stroke === null) {
      acted.current = { key: at.row.key, rows };
      if (!runByKey(at.row, event.nativeEvent)) return;
    } else if (stroke.kind === "go") go(stroke.key);
    else if (stroke.kind === "open") setOpen(at.row.key, stroke.open);
    else if (stroke.kind === "reveal") reveal(at.row);
    else if (stroke.kind === "toggle") toggle(at.row);
    else menuAt(at.row);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={tree}
      role="tree"
      aria-label={t("outline.title")}
      aria-multiselectable="true"
      className={styles.tree}
      onKeyDown={onKeyDown}
      onBlur={({ relatedTarget }) => {
        if (relatedTarget !== null) acted.current = null;
      }}
    >
      {rows.map((seen) => (
        <OutlineItem
          key={seen.row.key}
          seen={seen}
          title={titleOf(seen.row)}
          open={!closed.has(seen.row.key)}
          active={seen === active}
          focused={() => setWanted(seen.row.key)}
          setOpen={setOpen}
          menu={menuOf}
        />
      ))}
    </div>
  );
}

/** The nearest row above one that is gone, or else the first. */
function rowAbove(before: readonly SeenRow[], key: string, now: readonly SeenRow[]): string | undefined {
  const keys = new Set(now.map(({ row }) => row.key));
  const at = before.findIndex(({ row }) => row.key === key);
  return before.slice(0, at).findLast(({ row }) => keys.has(row.key))?.row.key ?? now[0]?.row.key;
}

type Stroke =
  | { kind: "go"; key: string | undefined }
  | { kind: "open"; open: boolean }
  | { kind: "reveal" | "toggle" | "menu" };

/** What a key means in the tree; null where it means nothing to it. */
function keyStep(
  event: React.KeyboardEvent,
  active: SeenRow,
  rows: readonly SeenRow[],
  closed: ReadonlySet<string>,
  titleOf: (row: OutlineRow) => string,
): Stroke | null {
  const { key } = event;
  const at = rows.indexOf(active);
  if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) return { kind: "menu" };
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  const branch = active.row.children.length > 0;
  const open = branch && !closed.has(active.row.key);
  switch (key) {
    case "ArrowDown":
      return { kind: "go", key: rows[at + 1]?.row.key };
    case "ArrowUp":
      return { kind: "go", key: rows[at - 1]?.row.key };
    case "Home":
      return { kind: "go", key: rows[0]?.row.key };
    case "End":
      return { kind: "go", key: rows.at(-1)?.row.key };
    case "ArrowRight":
      return branch && !open
        ? { kind: "open", open: true }
        : { kind: "go", key: branch ? rows[at + 1]?.row.key : undefined };
    case "ArrowLeft":
      return open ? { kind: "open", open: false } : { kind: "go", key: active.parent ?? undefined };
    case "Enter":
      return { kind: "reveal" };
    case " ":
      return { kind: "toggle" };
  }
  if (key.length !== 1) return null;
  const begins = ({ row }: SeenRow) => titleOf(row).toLowerCase().startsWith(key.toLowerCase());
  return { kind: "go", key: [...rows.slice(at + 1), ...rows.slice(0, at)].find(begins)?.row.key };
}
