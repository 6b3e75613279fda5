import type { ChoiceWidget } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { choiceLabel } from "@/i18n/words";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

export function ChoiceControl({ node, name, label, widget }: ControlProps<ChoiceWidget>) {
  const { t } = useWords();
  const [value, setValue] = useWidgetValue(node, name, widget);
  const words = (choice: string) => choiceLabel(t, name, choice);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the select inside is the control
    <label className={styles.row}>
      <span className={styles.label}>{label}</span>
      <Select name={name} value={String(value)} choices={widget.choices} words={words} onChange={setValue} />
    </label>
  );
}

interface SelectProps {
  name: string;
  value: string;
  choices: readonly string[];
  /** How a choice reads; by default, as it is. */
  words?: (choice: string) => string;
  /** What to say of a value that the list does not have. */
  missing?: string;
  onChange: (value: string) => void;
}

/** A native list. A value that is not on it stays visible, so that opening a workflow loses nothing. */
export function Select({ name, value, choices, words, missing, onChange }: SelectProps) {
  const known = choices.includes(value);
  return (
    <select
      className={`nodrag ${styles.field}`}
      data-widget={name}
      title={words?.(value) ?? value}
      value={value}
      aria-invalid={!known}
      onChange={(event) => onChange(event.target.value)}
    >
      {known ? null : <option value={value}>{missing ?? value}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {words?.(choice) ?? choice}
        </option>
      ))}
    </select>
  );
}
