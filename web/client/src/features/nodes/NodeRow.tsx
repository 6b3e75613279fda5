import { Bookmark, ChevronDown, ChevronRight, CircleHelp, Plus, Trash2 } from "lucide-react";
import { BUILT_IN } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { categoryName } from "@/i18n/words";
import { isPublished } from "@/state/workflow/library";
import type { Placed } from "@/ui/VirtualList";
import styles from "./Nodes.module.css";
import { carryType } from "./nodeCarry";
import type { BranchRow, LeafRow, Row } from "./tree";
import { usePackTitle } from "./usePackTitle";

interface Props {
  row: Row;
  placed: Placed;
  /** It is the tab stop of the tree. */
  active: boolean;
  marked: boolean;
  /** Says its category: a search has no branches that do. */
  loose: boolean;
  acts: RowActs;
}

export interface RowActs {
  focused: (row: Row) => void;
  turn: (row: BranchRow) => void;
  add: (row: LeafRow) => void;
  about: (row: LeafRow) => void;
  mark: (row: LeafRow) => void;
  /** Take a published sub-graph out of the library. */
  remove: (row: LeafRow) => void;
}

/** A branch with its count, or a node type with what can be done with it. */
export function NodeRow(props: Props) {
  const { row, placed, active, acts } = props;
  const { style, "data-row": index } = placed;
  const leaf = row.kind === "leaf" ? row : null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <li
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.at}
      aria-setsize={row.among}
      aria-expanded={row.kind === "branch" ? row.open : undefined}
      tabIndex={active ? 0 : -1}
      data-row={index}
      data-type={leaf?.candidate.spec.id}
      data-branch={row.kind === "branch" ? row.key : undefined}
      className={styles.row}
      style={{ ...style, "--level": row.level - 1 } as React.CSSProperties}
      draggable={leaf !== null}
      onDragStart={(event) => leaf !== null && carryType(event.dataTransfer, leaf.candidate.spec.id)}
      onFocus={() => acts.focused(row)}
      onClick={() => row.kind === "branch" && acts.turn(row)}
      onDoubleClick={() => leaf !== null && acts.add(leaf)}
    >
      {row.kind === "branch" ? <BranchWords row={row} /> : <LeafWords {...props} row={row} />}
    </li>
  );
}

function BranchWords({ row }: { row: BranchRow }) {
  const { t } = useWords();
  const pack = usePackTitle();
  const Arrow = row.open ? ChevronDown : ChevronRight;
  const words = {
    marked: () => t("node_library.marked"),
    pack: () => pack(row.name),
    category: () => (row.name === "" ? t("node_library.no_category") : categoryName(t, row.name)),
  };
  return (
    <>
      <Arrow size={16} aria-hidden className={styles.arrow} />
      <span className={styles.title}>{words[row.branch]()}</span>
      <span className={styles.count}>{row.count}</span>
    </>
  );
}

function LeafWords({ row, marked, loose, acts }: Props & { row: LeafRow }) {
  const { t } = useWords();
  const pack = usePackTitle();
  const { spec, title, category } = row.candidate;
  const from = spec.source === BUILT_IN ? "" : pack(spec.source);
  const note = [from, loose ? category : ""].filter((part) => part !== "").join(" · ");
  return (
    <>
      <span className={styles.title}>
        {title}
        {note === "" ? null : <small>{note}</small>}
      </span>
      {isPublished(spec.id) ? (
        <RowButton label={t("publish.take_away", { title })} keys="Del" act={() => acts.remove(row)}>
          <Trash2 size={16} aria-hidden />
        </RowButton>
      ) : null}
      <RowButton label={t("node_library.help", { title })} keys="F1" act={() => acts.about(row)}>
        <CircleHelp size={16} aria-hidden />
      </RowButton>
      <RowButton
        label={t(marked ? "node_library.unmark" : "node_library.mark", { title })}
        keys="B"
        pressed={marked}
        act={() => acts.mark(row)}
      >
        <Bookmark size={16} aria-hidden />
      </RowButton>
      <RowButton label={t("node_library.add", { title })} keys="Enter" act={() => acts.add(row)}>
        <Plus size={16} aria-hidden />
      </RowButton>
    </>
  );
}

interface ButtonProps {
  label: string;
  keys: string;
  pressed?: boolean;
  act: () => void;
  children: React.ReactNode;
}

function RowButton({ label, keys, pressed, act, children }: ButtonProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.act}
      aria-label={label}
      aria-pressed={pressed}
      title={`${label} (${keys})`}
      onClick={(event) => {
        event.stopPropagation();
        act();
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {children}
    </button>
  );
}
