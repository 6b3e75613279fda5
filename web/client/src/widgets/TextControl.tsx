import type { TextWidget } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

/** A text: one line, or a prompt's several. */
export function TextControl({ node, type, name, label, widget }: ControlProps<TextWidget> & { type: string }) {
  const { t } = useWords();
  const [value, setValue] = useWidgetValue(node, name, widget);
  const field = {
    value: String(value),
    placeholder: wordsOr(
      t,
      `nodes.types.${type}.placeholders.${name}`,
      widget.placeholder || (widget.multiline ? label : ""),
    ),
    spellCheck: false,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => setValue(event.target.value),
  };
  if (widget.multiline) {
    return <textarea {...field} aria-label={label} data-widget={name} className={`nodrag nowheel ${styles.area}`} />;
  }
  return (
    <label className={styles.row}>
      <span className={styles.label}>{label}</span>
      <input {...field} type="text" data-widget={name} className={`nodrag ${styles.field}`} />
    </label>
  );
}
