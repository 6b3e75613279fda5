import { X } from "lucide-react";
import { BUILT_IN, type NodeSpec } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { inputLabel, outputLabel, socketType, typeHelp, typeTitle } from "@/i18n/words";
import { usePreferences } from "@/state/page/preferences";
import { Linked } from "@/ui/Linked";
import { Papers } from "@/ui/Papers";
import { SocketGlyph } from "@/ui/SocketGlyph";
import styles from "./Nodes.module.css";
import { usePackTitle } from "./usePackTitle";

/** What a node type is for, what it takes and gives, and where it comes from. */
export function NodeAbout({ spec, onClose }: { spec: NodeSpec; onClose: () => void }) {
  const { t } = useWords();
  const english = usePreferences((state) => state.language === "en");
  const pack = usePackTitle();
  const short = typeHelp(t, spec);
  const [first = "", ...rest] = spec.description.split("\n\n");
  const long = (english && short === first ? rest : [first, ...rest]).filter((part) => part !== "" && part !== short);
  const ours = spec.source === BUILT_IN;
  const title = typeTitle(t, spec, spec.id);
  return (
    <section className={styles.about} aria-label={t("node_library.about", { title })}>
      <header>
        <h3>{title}</h3>
        <button
          type="button"
          className={styles.close}
          aria-label={t("node_library.close_about")}
          title="Esc"
          onClick={onClose}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      {short === "" && long.length === 0 ? <p>{t("node_library.no_words")}</p> : null}
      {short === "" ? null : <Linked text={short} ours={ours} />}
      <Long words={long} folded={!english} ours={ours} />
      <Sockets
        title={t("node_library.takes")}
        items={spec.inputs.map((input) => ({ ...input, label: inputLabel(t, spec.id, input) }))}
      />
      <Sockets
        title={t("node_library.gives")}
        items={spec.outputs.map((output) => ({ ...output, label: outputLabel(t, spec.id, output) }))}
      />
      {ours ? <Papers text={spec.description} /> : null}
      <p className={styles.source}>
        <code>{spec.id}</code> · {pack(spec.source)}
        {spec.version === "" ? "" : ` · ${t("inspector.version", { version: spec.version })}`}
      </p>
    </section>
  );
}

/** The author's whole words, which are English; in another language they wait to be asked for. */
function Long({ words, folded, ours }: { words: readonly string[]; folded: boolean; ours: boolean }) {
  const { t } = useWords();
  if (words.length === 0) return null;
  const paragraphs = words.map((paragraph) => <Linked key={paragraph} text={paragraph} ours={ours} />);
  if (!folded) return paragraphs;
  return (
    <details>
      <summary>{t("inspector.english")}</summary>
      <div lang="en">{paragraphs}</div>
    </details>
  );
}

interface Item {
  name: string;
  label: string;
  type: string;
  tooltip?: string;
}

function Sockets({ title, items }: { title: string; items: readonly Item[] }) {
  const { t } = useWords();
  if (items.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {items.map(({ name, label, type, tooltip }) => (
          <li key={name} title={tooltip === "" ? undefined : tooltip}>
            <SocketGlyph type={type} />
            <span>{label}</span>
            <small>{socketType(t, type)}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
