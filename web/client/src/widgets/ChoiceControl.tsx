import type { ChoiceWidget } from "@/graph/spec";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

export function ChoiceControl({ node, name, label, widget }: ControlProps<ChoiceWidget>) {
  const [value, setValue] = useWidgetValue(node, name, widget);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the select inside is the control
    <label className={styles.row}>
      <span className={styles.label}>{label}</span>
      <Select name={name} value={String(value)} choices={widget.choices} onChange={setValue} />
    </label>
  );
}

interface SelectProps {
  name: string;
  value: string;
  choices: readonly string[];
  /** What to say of a value that the list does not have. */
  missing?: string;
  onChange: (value: string) => void;
}

/** A native list. A value that is not on it stays visible, so that opening a workflow loses nothing. */
export function Select({ name, value, choices, missing, onChange }: SelectProps) {
  const known = choices.includes(value);
  return (
    <select
      className={`nodrag ${styles.field}`}
      data-widget={name}
      title={value}
      value={value}
      aria-invalid={!known}
      onChange={(event) => onChange(event.target.value)}
    >
      {known ? null : <option value={value}>{missing ?? value}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}
