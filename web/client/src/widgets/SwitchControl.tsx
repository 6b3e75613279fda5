import type { BooleanWidget } from "@/graph/spec";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

export function SwitchControl({ node, name, label, widget }: ControlProps<BooleanWidget>) {
  const [value, setValue] = useWidgetValue(node, name, widget);
  return (
    <label className={styles.row}>
      <span className={styles.label}>{label}</span>
      <input
        type="checkbox"
        className={`nodrag ${styles.switch}`}
        data-widget={name}
        checked={value === true}
        onChange={(event) => setValue(event.target.checked)}
      />
    </label>
  );
}
