import { useEffect, useRef, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { unpublish } from "@/state/actions/library";
import { publishedOf } from "@/state/workflow/library";
import { type ListHandle, VirtualList } from "@/ui/VirtualList";
import { addFromLibrary } from "./add";
import { NodeRow, type RowActs } from "./NodeRow";
import styles from "./Nodes.module.css";
import type { LeafRow, Row } from "./tree";
import { strokeAt } from "./treeKeys";

/** As high as a finger needs where fingers point. */
const ROW = matchMedia("(pointer: coarse)").matches ? 44 : 32;

interface Props {
  rows: readonly Row[];
  /** Rows stand without branches. */
  loose: boolean;
  marked: readonly string[];
  /** The type that is told about below: while there is one, the tree has less room. */
  told: string | null;
  turn: (branch: string) => void;
  mark: (type: string) => void;
  /** Tell about a type. */
  about: (type: string) => void;
  /** The focus came to a type. */
  follow: (type: string) => void;
}

/** The rows in view, with one tab stop and the keys of a tree. */
export function NodeTree({ rows, loose, marked, told, turn, mark, about, follow }: Props) {
  const { t } = useWords();
  const list = useRef<ListHandle>(null);
  const [wanted, setWanted] = useState<string | null>(null);
  const active = rows.find(({ key }) => key === wanted) ?? rows[0];
  useEffect(() => {
    const held = document.activeElement?.closest(`.${styles.tree} [data-row]`) != null;
    const at = held ? rows.findIndex(({ key }) => key === wanted) : -1;
    if (at >= 0 && told !== undefined) list.current?.focus(at);
  }, [rows, told, wanted]);
  const typeOf = (row: LeafRow) => row.candidate.spec.id;
  const acts: RowActs = {
    focused: (row) => {
      setWanted(row.key);
      if (row.kind === "leaf") follow(typeOf(row));
    },
    turn: (row) => turn(row.key),
    add: (row) => addFromLibrary(row.candidate.spec),
    about: (row) => about(typeOf(row)),
    mark: (row) => mark(typeOf(row)),
    remove: (row) => {
      const published = publishedOf(typeOf(row));
      if (published !== undefined) void unpublish(published.name);
    },
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = Number((event.target as Element).closest<HTMLElement>("[data-row]")?.dataset.row ?? Number.NaN);
    const row = rows[at];
    const stroke = event.nativeEvent.isComposing ? null : strokeAt(event, rows, at);
    if (stroke === null || row === undefined) return;
    if (stroke.kind === "go") list.current?.focus(stroke.to);
    else if (stroke.kind === "turn" && row.kind === "branch") acts.turn(row);
    else if (row.kind === "leaf" && stroke.kind !== "turn") acts[stroke.kind](row);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <VirtualList
      ref={list}
      role="tree"
      label={t("node_library.title")}
      count={rows.length}
      rowHeight={ROW}
      className={styles.tree}
      onKeyDown={onKeyDown}
      row={(index, placed) => {
        const row = rows[index];
        return row === undefined ? null : (
          <NodeRow
            key={row.key}
            row={row}
            placed={placed}
            active={row === active}
            marked={row.kind === "leaf" && marked.includes(typeOf(row))}
            loose={loose}
            acts={acts}
          />
        );
      }}
    />
  );
}
