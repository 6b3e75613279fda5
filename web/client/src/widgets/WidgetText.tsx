import type { GraphNode } from "@/graph/document";
import { defaultValue, type InputSpec, type Widget } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { valueWords } from "@/i18n/words";
import styles from "./widgets.module.css";

type Props =
  | { label: string; text: string; node?: never; input?: never }
  | { label: string; text?: never; node: GraphNode; input: InputSpec & { widget: Widget } };

/** A value as plain text: far away, when a wire feeds it, or when its node's type is unknown. */
export function WidgetText({ label, text, node, input }: Props) {
  const { t } = useWords();
  const shown =
    text ?? String(valueWords(t, input.name, input.widget, node.widgets[input.name] ?? defaultValue(input.widget)));
  const block = input?.widget.kind === "text" && input.widget.multiline;
  return (
    <div className={block ? styles.textBlock : styles.textRow}>
      {block ? null : <span className={styles.label}>{label}</span>}
      <span className={styles.value}>{shown}</span>
    </div>
  );
}
