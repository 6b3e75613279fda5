import { useDeferredValue, useMemo, useState } from "react";
import type { ShapeOf } from "@/graph/boxes";
import { commentLine, isComment } from "@/graph/comments";
import { filtered, type OutlineRow, outlineOf, seenRows } from "@/graph/outline";
import { useWords } from "@/i18n/useWords";
import { nodeTitle, templateWords, typeTitle } from "@/i18n/words";
import { viewport } from "@/state/canvas/viewport";
import { useWholeCatalogue } from "@/state/nodes/catalogue";
import { useWorkspace } from "@/state/workflow/workspace";
import { SearchField } from "@/ui/SearchField";
import styles from "./Outline.module.css";
import { OutlineTree } from "./OutlineTree";

/** Before the canvas is drawn, a node counts as a box of the usual size. */
const PLAIN: ShapeOf = () => ({ width: 240, height: 200, inputs: new Map(), outputs: new Map() });

/** The workflow as a tree: a full alternative to the picture of the graph. */
export default function OutlinePanel() {
  const { t } = useWords();
  const document = useDeferredValue(useWorkspace((state) => state.history.document));
  const catalogue = useWholeCatalogue();
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => outlineOf(document, viewport()?.shapeOf ?? PLAIN), [document]);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const titleOf = (row: OutlineRow) => {
    if (row.kind === "frame" && isComment(row.frame)) return commentLine(row.frame) || t("comment.empty");
    if (row.kind === "frame") return row.frame.title === "" ? t("outline.frame") : templateWords(t, row.frame.title);
    return nodeTitle(t, row.node, catalogue.get(row.node.type));
  };
  const matches = (row: OutlineRow) => {
    const type = row.kind === "node" ? typeTitle(t, catalogue.get(row.node.type), row.node.type) : "";
    const text = `${titleOf(row)} ${type}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const kept = words.length === 0 ? rows : filtered(rows, matches);
  const seen = seenRows(kept, (row) => words.length > 0 || !closed.has(row.key));
  const setOpen = (key: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(key);
    else next.add(key);
    setClosed(next);
  };
  return (
    <div className={styles.outline}>
      <SearchField className={styles.filter} label={t("outline.filter")} value={query} onChange={setQuery} />
      {seen.length === 0 ? (
        <p className={styles.empty}>{t(words.length === 0 ? "outline.empty" : "outline.no_match", { query })}</p>
      ) : (
        <OutlineTree rows={seen} closed={words.length > 0 ? NONE : closed} titleOf={titleOf} setOpen={setOpen} />
      )}
      <p className="visually-hidden" role="status">
        {words.length === 0 ? "" : t("outline.found", { count: seen.length })}
      </p>
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();
