import { Equal, Minus, Move, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { type Comparison, compareDocuments, type NodeChange } from "@/graph/compare";
import { type GraphNode, nodeIndex, type WorkflowDocument } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle, valueWords } from "@/i18n/words";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { type Box, GraphDrawing, type Line } from "@/ui/GraphDrawing";
import styles from "./Saving.module.css";
import { shownChange } from "./shownChange";

interface Props {
  before: WorkflowDocument;
  after: WorkflowDocument;
  comparison?: Comparison;
}

const SIZE = [240, 120] as const;

/** What changed from one state to another: on the graph by colour and sign, and as a list. */
export function Differences({ before, after, comparison = compareDocuments(before, after) }: Props) {
  const { t } = useWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const boxes = boxesOf(after, comparison, (node) => nodeTitle(t, node, currentCatalogue().get(node.type)));
  const { nodes, wiresAdded, wiresRemoved, other } = comparison;
  const nothing = nodes.length === 0 && wiresAdded + wiresRemoved === 0 && !other;
  return (
    <div className={styles.differences} data-differences>
      <GraphDrawing
        className={styles.drawing}
        boxes={boxes}
        lines={linesOf(after, boxes)}
        label={t("versions.drawing")}
        onChoose={setChosen}
      />
      <ul className={styles.changes} aria-label={t("versions.changes")}>
        {nodes.map((change) => (
          <ChangeRow key={change.id} change={change} chosen={change.id === chosen} />
        ))}
        {wiresAdded === 0 ? null : <li>{t("versions.wires_added", { count: wiresAdded })}</li>}
        {wiresRemoved === 0 ? null : <li>{t("versions.wires_removed", { count: wiresRemoved })}</li>}
        {other ? <li>{t("versions.other")}</li> : null}
        {nothing ? (
          <li>
            <Equal size={14} aria-hidden /> {t("versions.same")}
          </li>
        ) : null}
      </ul>
    </div>
  );
}

const ICONS = { added: Plus, removed: Minus, changed: Pencil, looks: Move };

function ChangeRow({ change, chosen }: { change: NodeChange; chosen: boolean }) {
  const { t } = useWords();
  const { node, values } = change;
  const spec = currentCatalogue().get(node.type);
  const kind = change.looks ? "looks" : change.kind;
  const Icon = ICONS[kind];
  const inputOf = (name: string) => spec?.inputs.find((item) => item.name === name);
  const label = (name: string) => inputLabel(t, node.type, inputOf(name) ?? name);
  const said = (name: string, value: unknown) => valueWords(t, name, inputOf(name)?.widget ?? null, value);
  return (
    <li data-change={kind} data-chosen={chosen}>
      <Icon size={14} aria-hidden />
      <div>
        <strong>{nodeTitle(t, node, spec)}</strong> {t(`versions.kind.${kind}`)}
        {values.map((value) => {
          const [before, after] = shownChange(said(value.name, value.before), said(value.name, value.after));
          return (
            <p key={value.name}>
              {label(value.name)}
              <del>{before}</del>
              <ins>{after}</ins>
            </p>
          );
        })}
      </div>
    </li>
  );
}

function boxesOf(after: WorkflowDocument, { nodes }: Comparison, title: (node: GraphNode) => string): Box[] {
  const marks = new Map(nodes.map((change) => [change.id, change]));
  const gone = nodes.filter((change) => change.kind === "removed").map((change) => change.node);
  return [...after.nodes, ...gone].map((node) => {
    const change = marks.get(node.id);
    const [width, height] = node.size ?? SIZE;
    const [x, y] = node.position;
    return { id: node.id, x, y, width, height, label: title(node), mark: change?.looks ? "looks" : change?.kind };
  });
}

function linesOf(document: WorkflowDocument, boxes: readonly Box[]): Line[] {
  const known = nodeIndex(document);
  const byId = new Map(boxes.map((box) => [box.id, box]));
  return document.wires.flatMap(({ from, to }) => {
    const [source, target] = [byId.get(from[0]), byId.get(to[0])];
    if (source === undefined || target === undefined || !known.has(from[0])) return [];
    return [{ from: [source.x + source.width, source.y + 46], to: [target.x, target.y + 46] } as const];
  });
}
