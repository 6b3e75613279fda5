import { Fragment, useEffect, useMemo, useRef, useState } from "react";
import type { NodeSpec } from "@/graph/spec";
import { i18nOf } from "@/i18n/i18n";
import { useWords } from "@/i18n/useWords";
import { categoryName, socketType, typeHelp, typeTitle, wordsOr } from "@/i18n/words";
import { useKnownTypes } from "@/state/catalogue";
import { type PaletteRequest, useOverlays } from "@/state/overlays";
import { SocketGlyph } from "@/ui/SocketGlyph";
import styles from "./Palette.module.css";
import { placeNode } from "./placeNode";
import { browse, type Candidate, type Section, search } from "./search";

const WIDTH = 560;
const HEIGHT = 380;
const RECENT = "noiseloom.recent";

/** The palette at the pointer, while it is asked for. */
export function Palette() {
  const request = useOverlays((state) => state.palette);
  return request === null ? null : <OpenPalette key={JSON.stringify(request.screen)} request={request} />;
}

function OpenPalette({ request }: { request: PaletteRequest }) {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const candidates = useCandidates();
  const sections = useMemo(
    (): Section[] =>
      query.trim() === "" && request.loose === null
        ? browse(candidates, recentTypes())
        : [{ heading: null, category: "", candidates: search(candidates, query, request.loose, recentTypes()) }],
    [candidates, query, request.loose],
  );
  const found = useMemo(() => sections.flatMap((section) => section.candidates), [sections]);
  const chosen = found[Math.min(at, found.length - 1)];
  const panel = useRef<HTMLDivElement>(null);
  const close = () => useOverlays.setState({ palette: null });
  const add = (spec: NodeSpec, keepOpen = false) => {
    remember(spec.id);
    placeNode(spec, request);
    if (!keepOpen) close();
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
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter" && chosen !== undefined) add(chosen.spec, event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const placeholder =
    request.loose === null
      ? t("palette.placeholder")
      : t("palette.placeholder_loose", { type: socketType(t, request.loose.type) });
  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={t("palette.label")}
      className={styles.palette}
      style={placed(request.screen)}
      onKeyDown={onKeyDown}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.spec.id}`}
        aria-label={placeholder}
        placeholder={placeholder}
        // biome-ignore lint/a11y/noAutofocus: the palette is asked for in order to type into it
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
      />
      <div className={styles.columns}>
        <div id="palette-list" role="listbox" aria-label={t("palette.label")} className={styles.list}>
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
          {found.length === 0 ? <p className={styles.none}>{t("palette.none", { query })}</p> : null}
        </div>
        {chosen === undefined ? null : <Details candidate={chosen} />}
      </div>
      <footer>{t("palette.keys")}</footer>
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
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field holds the keyboard and chooses among the rows
    <div
      ref={row}
      id={`palette-${candidate.spec.id}`}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={styles.row}
      onPointerMove={onHover}
      onClick={onPick}
    >
      <span>{candidate.title}</span>
      <small>{headed ? candidate.subcategory : candidate.category}</small>
    </div>
  );
}

/** What the chosen node does, and its sockets. */
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
              <li key={input.name}>
                <SocketGlyph type={input.type} /> {socketType(t, input.type)}
              </li>
            ))}
        </ul>
        <ul>
          {spec.outputs.map((output) => (
            <li key={output.name}>
              {socketType(t, output.type)} <SocketGlyph type={output.type} />
            </li>
          ))}
        </ul>
      </div>
      <code>{spec.id}</code>
    </aside>
  );
}

function useCandidates(): Candidate[] {
  const { t } = useWords();
  const catalogue = useKnownTypes();
  return useMemo(
    () =>
      [...catalogue.values()]
        .filter((spec) => !spec.deprecated)
        .map((spec) => ({
          spec,
          title: typeTitle(t, spec, spec.id),
          category: categoryName(t, spec.category),
          subcategory: categoryName(t, spec.category.split("/").slice(1).join("/")),
          words: [
            spec.id,
            spec.title,
            ...spec.aliases,
            typeTitle(i18nOf("zh-CN"), spec, ""),
            ...wordsOr(i18nOf("zh-CN"), `nodes.types.${spec.id}.search`, "").split(" "),
          ].filter((word) => word !== ""),
        })),
    [catalogue, t],
  );
}

function placed(screen: { x: number; y: number }): React.CSSProperties {
  const left = Math.max(8, Math.min(screen.x, innerWidth - WIDTH - 8));
  const top = Math.max(52, Math.min(screen.y, innerHeight - HEIGHT - 8));
  return { left, top, width: Math.min(WIDTH, innerWidth - 16), maxHeight: HEIGHT };
}

function recentTypes(): string[] {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]") as string[];
  } catch {
    return [];
  }
}

function remember(type: string): void {
  try {
    localStorage.setItem(
      RECENT,
      JSON.stringify([type, ...recentTypes().filter((other) => other !== type)].slice(0, 5)),
    );
  } catch {
    // Without storage the order is by match alone.
  }
}
