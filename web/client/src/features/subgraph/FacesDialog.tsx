import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import {
  addSocket,
  type Face,
  moveFace,
  removeFace,
  renameFace,
  renameSubgraph,
  type Side,
} from "@/graph/commands/subgraphs/faces";
import type { Subgraph } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { socketType } from "@/i18n/words";
import { innerTitle } from "@/state/actions/subgraphs";
import { openFaces } from "@/state/workflow/subgraphFaces";
import { runOnDocument, wholeDocument } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import { SocketGlyph } from "@/ui/SocketGlyph";
import styles from "./Faces.module.css";

const close = () => openFaces(null);

/** What a sub-graph shows outside: its title, its sockets and its settings, to name, order, add and remove. */
export default function FacesDialog({ definition }: { definition: Subgraph }) {
  const { t } = useWords();
  return (
    <Dialog title={t("subgraph.faces")} className={styles.dialog} onClose={close}>
      <div className={styles.title}>
        <span aria-hidden>{t("subgraph.title")}</span>
        <Field
          label={t("subgraph.title")}
          value={definition.title}
          keep={(title) => runOnDocument(renameSubgraph(definition.id, title))}
        />
      </div>
      <Faces definition={definition} face="inputs" />
      <Faces definition={definition} face="outputs" />
      <Faces definition={definition} face="widgets" />
      <p className={styles.teach}>{t("subgraph.teach_faces")}</p>
    </Dialog>
  );
}

function Faces({ definition, face }: { definition: Subgraph; face: Face }) {
  const { t } = useWords();
  const items = definition[face];
  return (
    <section className={styles.faces} aria-label={t(`subgraph.${face}`)} data-face={face}>
      <h3>{t(`subgraph.${face}`)}</h3>
      {items.length === 0 ? <p className={styles.none}>{t(`subgraph.no_${face}`)}</p> : null}
      <ol>
        {items.map((item, at) => (
          <li key={item.id} data-face-id={item.id}>
            {"type" in item ? <SocketGlyph type={String(item.type)} /> : <span />}
            <Field
              label={t("subgraph.face_name", { name: item.name })}
              value={item.name}
              keep={(name) => runOnDocument(renameFace(definition.id, face, item.id, name))}
            />
            <small>{kindOf(t, definition, item)}</small>
            <IconButton
              label={t("subgraph.up", { name: item.name })}
              disabled={at === 0}
              act={() => runOnDocument(moveFace(definition.id, face, item.id, -1))}
            >
              <ArrowUp size={14} aria-hidden />
            </IconButton>
            <IconButton
              label={t("subgraph.down", { name: item.name })}
              disabled={at === items.length - 1}
              act={() => runOnDocument(moveFace(definition.id, face, item.id, 1))}
            >
              <ArrowDown size={14} aria-hidden />
            </IconButton>
            <IconButton
              label={t("subgraph.remove", { name: item.name })}
              act={() => runOnDocument(removeFace(definition.id, face, item.id))}
            >
              <Trash2 size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ol>
      {face === "widgets" ? null : <AddButton id={definition.id} face={face} />}
    </section>
  );
}

function AddButton({ id, face }: { id: string; face: Side }) {
  const { t } = useWords();
  const add = () =>
    runOnDocument(addSocket(wholeDocument(), id, face, { name: t("subgraph.socket"), type: "*" }).command);
  return (
    <button type="button" className={styles.add} onClick={add}>
      <Plus size={14} aria-hidden />
      {t(`subgraph.add_${face}`)}
    </button>
  );
}

/** What a socket carries, or where a setting comes from. */
function kindOf(t: ReturnType<typeof useWords>["t"], definition: Subgraph, item: Subgraph[Face][number]): string {
  if (!("node" in item)) return socketType(t, String(item.type));
  const node = definition.nodes.find((other) => other.id === item.node);
  return node === undefined ? "" : innerTitle(node);
}

/** A name that is kept when the person is done with it. */
function Field({ label, value, keep }: { label: string; value: string; keep: (text: string) => void }) {
  const [text, setText] = useState<string | null>(null);
  const end = () => {
    if (text !== null && text.trim() !== "" && text.trim() !== value) keep(text.trim());
    setText(null);
  };
  return (
    <input
      type="text"
      aria-label={label}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={end}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) end();
      }}
    />
  );
}

interface IconProps {
  label: string;
  disabled?: boolean;
  act: () => void;
  children: React.ReactNode;
}

function IconButton({ label, disabled = false, act, children }: IconProps) {
  return (
    <button type="button" className={styles.icon} aria-label={label} title={label} disabled={disabled} onClick={act}>
      {children}
    </button>
  );
}
