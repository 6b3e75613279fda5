import { Fragment, useEffect, useMemo, useRef, useState } from "react";
import type { NodeSpec } from "@/graph/spec";
import { browse, type Candidate, type Section, search } from "@/i18n/nodeSearch";
import { useWords } from "@/i18n/useWords";
import { categoryName, inputLabel, outputLabel, socketType, typeHelp } from "@/i18n/words";
import { addComment } from "@/state/actions/comments";
import { dropWires, placeNode } from "@/state/actions/placeNode";
import { viewport } from "@/state/canvas/viewport";
import { keyLabel } from "@/state/commands/stroke";
import { useCandidates } from "@/state/nodes/candidates";
import { recentTypes, rememberType } from "@/state/nodes/recentTypes";
import { type PaletteRequest, useOverlays } from "@/state/page/overlays";
import { SearchedListField, SearchedListRow } from "@/ui/SearchedList";
import { SocketGlyph } from "@/ui/SocketGlyph";
import searched from "@/ui/searchedList.module.css";
import { narrows, serving, wiredTo } from "./asked";
import { COMMENT, useCommentCandidate } from "./comment";
import styles from "./Palette.module.css";

const WIDTH = 560;
const HEIGHT = 380;

/** The palette at the pointer, while it is asked for. */
export default function Palette({ request }: { request: PaletteRequest }) {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const all = useCandidates();
  const comment = useCommentCandidate();
  const candidates = useMemo(
    () => (narrows(request) ? serving(all, request) : [...serving(all, request), comment]),
    [all, comment, request],
  );
  const sections = useMemo(
    (): Section[] =>
      query.trim() === "" && request.swap !== undefined
        ? [{ heading: null, category: "", candidates: [...candidates] }]
        : query.trim() === "" && !narrows(request)
          ? browse(candidates, recentTypes())
          : [{ heading: null, category: "", candidates: search(candidates, query, request.loose, recentTypes()) }],
    [candidates, query, request],
  );
  const found = useMemo(() => sections.flatMap((section) => section.candidates), [sections]);
  const chosen = found[Math.min(at, found.length - 1)];
  const panel = useRef<HTMLDivElement>(null);
  const back = useRef(document.activeElement);
  const close = () => useOverlays.setState({ palette: null });
  const add = (spec: NodeSpec, { keepOpen = false, wired = false } = {}) => {
    if (spec.id === COMMENT) {
      close();
      addComment(request.position);
      return;
    }
    rememberType(spec.id);
    const node = placeNode(spec, wired ? wiredTo(spec, request) : request);
    if (keepOpen) return;
    close();
    viewport()?.focus(node);
  };
  const drop = () => {
    dropWires(request.lifted ?? []);
    close();
  };
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!panel.current?.contains(event.target as Node)) close();
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  });
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      close();
      if (back.current instanceof HTMLElement) back.current.focus();
    } else if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Delete" && query === "" && request.lifted !== undefined) drop();
    else if (event.key === "Enter" && chosen !== undefined)
      add(chosen.spec, { keepOpen: event.ctrlKey || event.metaKey, wired: event.shiftKey });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const placeholder =
    request.loose !== null
      ? t("palette.placeholder_loose", { type: socketType(t, request.loose.type) })
      : t(request.swap === undefined ? "palette.placeholder" : "palette.placeholder_swap");
  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={t("palette.label")}
      className={styles.palette}
      style={placed(request.screen)}
      onKeyDown={onKeyDown}
    >
      <SearchedListField
        list="palette-list"
        chosen={chosen === undefined ? undefined : `palette-${chosen.spec.id}`}
        label={placeholder}
        value={query}
        onChange={(text) => {
          setQuery(text);
          setAt(0);
        }}
      />
      <div className={styles.columns}>
        <div
          id="palette-list"
          role="listbox"
          aria-label={t("palette.label")}
          className={`${searched.list} ${styles.list}`}
        >
          {sections.map((section, index) => {
            const before = sections.slice(0, index).reduce((count, { candidates: { length } }) => count + length, 0);
            return (
              <Fragment key={`${section.heading} ${section.category}`}>
                {section.heading === null ? null : (
                  <h4 className={styles.heading} role="presentation">
                    {section.heading === "recent" ? t("palette.recent") : categoryName(t, section.category)}
                  </h4>
                )}
                {section.candidates.map((candidate, offset) => (
                  <Row
                    key={candidate.spec.id}
                    candidate={candidate}
                    headed={section.heading === "category"}
                    chosen={before + offset === Math.min(at, found.length - 1)}
                    onHover={() => setAt(before + offset)}
                    onPick={() => add(candidate.spec)}
                  />
                ))}
              </Fragment>
            );
          })}
          {found.length === 0 ? <p className={searched.none}>{t("palette.none", { query })}</p> : null}
        </div>
        {chosen === undefined ? null : <Details candidate={chosen} />}
      </div>
      <footer>
        {narrows(request)
          ? t("palette.keys")
          : t("palette.keys_all", { wire: keyLabel("Shift+Enter"), stay: keyLabel("Mod+Enter") })}
        {request.lifted === undefined ? null : (
          <button type="button" onClick={drop}>
            {t("wiring.drop")} (Del)
          </button>
        )}
      </footer>
    </div>
  );
}

interface RowProps {
  candidate: Candidate;
  /** Stands under its category's heading, which need not be said again. */
  headed: boolean;
  chosen: boolean;
  onHover: () => void;
  onPick: () => void;
}

function Row({ candidate, headed, chosen, onHover, onPick }: RowProps) {
  return (
    <SearchedListRow
      className={styles.row}
      id={`palette-${candidate.spec.id}`}
      chosen={chosen}
      onHover={onHover}
      onPick={onPick}
    >
      <span>{candidate.title}</span>
      <small>{headed ? candidate.subcategory : candidate.category}</small>
    </SearchedListRow>
  );
}

/** What the chosen node does, and its sockets as the node names them; their types are in the tips. */
function Details({ candidate: { spec, title } }: { candidate: Candidate }) {
  const { t } = useWords();
  return (
    <aside className={styles.details}>
      <h3>{title}</h3>
      <p>{typeHelp(t, spec)}</p>
      <div className={styles.sockets}>
        <ul>
          {spec.inputs
            .filter((input) => input.widget === null)
            .map((input) => (
              <li key={input.name} title={socketType(t, input.type)}>
                <SocketGlyph type={input.type} /> {inputLabel(t, spec.id, input)}
              </li>
            ))}
        </ul>
        <ul>
          {spec.outputs.map((output) => (
            <li key={output.name} title={socketType(t, output.type)}>
              {outputLabel(t, spec.id, output)} <SocketGlyph type={output.type} />
            </li>
          ))}
        </ul>
      </div>
      <code>{spec.id}</code>
    </aside>
  );
}

function placed(screen: { x: number; y: number }): React.CSSProperties {
  const left = Math.max(8, Math.min(screen.x, innerWidth - WIDTH - 8));
  const top = Math.max(52, Math.min(screen.y, innerHeight - HEIGHT - 8));
  return { left, top, width: Math.min(WIDTH, innerWidth - 16), maxHeight: HEIGHT };
}
