import { useDeferredValue, useMemo, useState } from "react";
import { BUILT_IN } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { useCandidates } from "@/state/nodes/candidates";
import { useCatalogue } from "@/state/nodes/catalogue";
import { recentTypes } from "@/state/nodes/recentTypes";
import { prefer, usePreferences } from "@/state/page/preferences";
import { SearchField } from "@/ui/SearchField";
import { addFromLibrary } from "./add";
import { NodeAbout } from "./NodeAbout";
import styles from "./Nodes.module.css";
import { NodeTree } from "./NodeTree";
import { type Grouping, MARKED, treeRows } from "./tree";
import { useNodeDrop } from "./useNodeDrop";

/** Every node type there is: by category or by pack, marked ones first; drag one to the canvas, or press Enter. */
export default function NodesPanel() {
  const { t } = useWords();
  const candidates = useCandidates();
  const loaded = useCatalogue((state) => state.loaded);
  const marked = usePreferences((state) => state.bookmarkedTypes);
  const [query, setQuery] = useState("");
  const [grouping, setGrouping] = useState<Grouping>("category");
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [about, setAbout] = useState<string | null>(null);
  const sought = useDeferredValue(query);
  const rows = useMemo(
    () =>
      treeRows(candidates, {
        query: sought,
        grouping,
        marked,
        recent: recentTypes(),
        open: (key) => (key === MARKED) !== turned.has(key),
      }),
    [candidates, sought, grouping, marked, turned],
  );
  useNodeDrop();
  const spec = candidates.find((candidate) => candidate.spec.id === about)?.spec;
  const packs = candidates.some((candidate) => candidate.spec.source !== BUILT_IN);
  const first = rows[0];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the help first, then the panel
    <div
      className={styles.panel}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || spec === undefined || event.defaultPrevented) return;
        event.preventDefault();
        setAbout(null);
      }}
    >
      <SearchField
        className={styles.search}
        label={t("node_library.search")}
        value={query}
        onChange={setQuery}
        onEnter={() => first?.kind === "leaf" && addFromLibrary(first.candidate.spec)}
      />
      {packs ? <Groupings grouping={grouping} choose={setGrouping} /> : null}
      {rows.length === 0 ? (
        <p className={styles.empty} role="status">
          {loaded ? t("node_library.none", { query }) : t("panel.loading")}
        </p>
      ) : (
        <NodeTree
          rows={rows}
          loose={sought.trim() !== ""}
          marked={marked}
          told={spec === undefined ? null : about}
          turn={(key) => setTurned(without(turned, key))}
          mark={(type) =>
            prefer({
              bookmarkedTypes: marked.includes(type) ? marked.filter((other) => other !== type) : [...marked, type],
            })
          }
          about={setAbout}
          follow={(type) => about !== null && setAbout(type)}
        />
      )}
      {spec === undefined ? null : <NodeAbout key={spec.id} spec={spec} onClose={() => setAbout(null)} />}
      <p className="visually-hidden" role="status">
        {sought.trim() === "" ? "" : t("node_library.found", { count: rows.length })}
      </p>
    </div>
  );
}

/** The set without a key that it has, or with one that it has not. */
function without(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}

function Groupings({ grouping, choose }: { grouping: Grouping; choose: (grouping: Grouping) => void }) {
  const { t } = useWords();
  return (
    <fieldset className={styles.groupings} aria-label={t("node_library.grouping")}>
      {(["category", "pack"] as const).map((kind) => (
        <button key={kind} type="button" aria-pressed={kind === grouping} onClick={() => choose(kind)}>
          {t(`node_library.by_${kind}`)}
        </button>
      ))}
    </fieldset>
  );
}
