import { useEffect, useMemo, useRef, useState } from "react";
import { shape } from "@/canvas/model/shape";
import { compatibleSockets, type SocketEnd } from "@/graph/candidates";
import { inputOf, type LooseEnd, outputOf } from "@/graph/connect";
import { incomingWires, nodeIndex } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle, outputLabel, socketType } from "@/i18n/words";
import { askWhere, type ConnectQuestion } from "@/state/canvas/connecting";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { openPalette } from "@/state/page/overlays";
import { currentDocument } from "@/state/workflow/workspace";
import { SearchedListField, SearchedListRow } from "@/ui/SearchedList";
import { SocketGlyph } from "@/ui/SocketGlyph";
import searched from "@/ui/searchedList.module.css";
import styles from "./ConnectList.module.css";
import { join } from "./draw";

const WIDTH = 320;
const HEIGHT = 320;

interface Row {
  end: SocketEnd | null;
  label: string;
  type: string;
  note: string;
}

/** The list that asks which socket to connect to: for the keyboard, for touch, and where a drop could mean several. */
export default function ConnectList({ question }: { question: ConnectQuestion }) {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const panel = useRef<HTMLDivElement>(null);
  const back = useRef(document.activeElement);
  const all = useRows(question);
  const rows = all.filter((row) => row.label.toLowerCase().includes(query.trim().toLowerCase()) || row.end === null);
  const chosen = Math.min(at, rows.length - 1);
  const close = () => {
    askWhere(null);
    if (back.current instanceof HTMLElement || back.current instanceof SVGElement) back.current.focus();
  };
  const pick = (row: Row | undefined) => {
    if (row === undefined) return;
    close();
    if (row.end === null) newNode(question);
    else join(question.loose, question.lifted, row.end.node, row.end.name);
  };
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!panel.current?.contains(event.target as Node)) askWhere(null);
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, []);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, rows.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") pick(rows[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const label = t("wiring.connect_to", { type: socketType(t, question.loose.type) });
  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={label}
      data-own-keys
      className={styles.panel}
      style={placed(question)}
      onKeyDown={onKeyDown}
    >
      <SearchedListField
        list="connect-list"
        chosen={`connect-${chosen}`}
        label={label}
        value={query}
        onChange={(text) => {
          setQuery(text);
          setAt(0);
        }}
      />
      <div id="connect-list" role="listbox" aria-label={label} className={searched.list}>
        {rows.map((row, index) => (
          <Option
            key={row.end === null ? "new" : `${row.end.node} ${row.end.name}`}
            row={row}
            index={index}
            chosen={index === chosen}
            onHover={() => setAt(index)}
            onPick={() => pick(row)}
          />
        ))}
      </div>
    </div>
  );
}

interface OptionProps {
  row: Row;
  index: number;
  chosen: boolean;
  onHover: () => void;
  onPick: () => void;
}

function Option({ row, index, chosen, onHover, onPick }: OptionProps) {
  return (
    <SearchedListRow id={`connect-${index}`} chosen={chosen} onHover={onHover} onPick={onPick}>
      {row.end === null ? null : <SocketGlyph type={row.type} />}
      <span>{row.label}</span>
      <small>{row.note}</small>
    </SearchedListRow>
  );
}

/** The sockets that fit, as lines to read, nearest first. */
function useRows({ loose, among }: ConnectQuestion): Row[] {
  const { t } = useWords();
  return useMemo(() => {
    const document = currentDocument();
    const catalogue = currentCatalogue();
    const nodes = nodeIndex(document);
    const ends = among ?? compatibleSockets(document, catalogue, loose, shape);
    const rows = ends.flatMap((end): Row[] => {
      const node = nodes.get(end.node);
      if (node === undefined) return [];
      const spec = catalogue.get(node.type);
      const socket = end.side === "input" ? inputOf(spec, end.name) : outputOf(spec, end.name);
      const name =
        end.side === "input"
          ? inputLabel(t, node.type, socket ?? end.name)
          : outputLabel(t, node.type, socket ?? end.name);
      const wired = end.side === "input" && incomingWires(document, end.node).has(end.name);
      const note = wired ? t("wiring.wired") : "";
      return [{ end, label: `${nodeTitle(t, node, spec)} › ${name}`, type: socket?.type ?? "*", note }];
    });
    return among === null ? [...rows, { end: null, label: t("wiring.new_node"), type: "", note: "" }] : rows;
  }, [t, loose, among]);
}

function newNode({
  loose,
  lifted,
  x,
  y,
}: {
  loose: LooseEnd;
  lifted: ConnectQuestion["lifted"];
  x: number;
  y: number;
}) {
  const position = viewport()?.toCanvas({ x, y });
  if (position === undefined) return;
  openPalette({ screen: { x, y }, position, loose, ...(lifted.length === 0 ? {} : { lifted }) });
}

function placed({ x, y }: { x: number; y: number }): React.CSSProperties {
  const left = Math.max(8, Math.min(x, innerWidth - WIDTH - 8));
  const top = Math.max(52, Math.min(y, innerHeight - HEIGHT - 8));
  return { left, top, width: Math.min(WIDTH, innerWidth - 16), maxHeight: HEIGHT };
}
