import { Minus, Plus } from "lucide-react";
import { useContext } from "react";
import { defaultValue } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { type NumericWidget, parseNumber, stepOf, stepped } from "./numbers";
import { Together } from "./together";
import { useRefused } from "./useRefused";
import { useScrub } from "./useScrub";
import { useTyped } from "./useTyped";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

/** A number: type it (sums too), step it with the arrows, or drag across the field. */
export function NumberControl({ node, name, label, widget }: ControlProps<NumericWidget>) {
  const { t } = useWords();
  const [value, setValue] = useWidgetValue(node, name, widget);
  const [wrong, setWrong] = useRefused(value);
  const standard = defaultValue(widget);
  const nodes = [node, ...useContext(Together)];
  const { field, onPointerDown, onMouseDown, editAll, release } = useScrub({
    nodes,
    name,
    value: Number(value),
    widget,
  });
  const { text, type, commit, forget, onKeyDownCapture } = useTyped((given) => {
    const parsed = parseNumber(given, widget);
    setWrong(parsed === null);
    if (parsed !== null && !editAll((place) => parseNumber(given, place.widget))) setValue(parsed);
  });
  const step = (direction: 1 | -1, factor = 1) => {
    forget();
    setWrong(false);
    if (editAll((place) => stepped(place.value, direction, factor, place.widget))) return;
    setValue(stepped(Number(value), direction, factor, widget));
  };
  const changed = String(value) !== String(standard);
  return (
    <div className={styles.row}>
      <span className={styles.label}>
        {changed ? (
          <button
            type="button"
            className={`nodrag ${styles.dot}`}
            title={t("widget.reset", { value: standard })}
            aria-label={t("widget.reset", { value: standard })}
            onClick={() => setValue(standard)}
          />
        ) : null}
        {label}
      </span>
      <span className={`nodrag ${styles.stepper}`} data-wrong={wrong || undefined}>
        <button type="button" tabIndex={-1} aria-label={t("widget.smaller")} onClick={() => step(-1)}>
          <Minus size={12} aria-hidden />
        </button>
        <input
          ref={field}
          type="text"
          inputMode={widget.kind === "integer" ? "numeric" : "decimal"}
          role="spinbutton"
          aria-label={label}
          aria-valuenow={Number(value)}
          aria-invalid={wrong}
          title={wrong ? t("widget.invalid") : String(value)}
          data-widget={name}
          value={text ?? shown(value, widget)}
          onChange={(event) => type(event.target.value)}
          onFocus={(event) => {
            setWrong(false);
            event.currentTarget.select();
          }}
          onBlur={() => {
            commit();
            release();
          }}
          onPointerDown={onPointerDown}
          onMouseDown={onMouseDown}
          onKeyDownCapture={onKeyDownCapture}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter") commit();
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            step(event.key === "ArrowUp" ? 1 : -1, event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
          }}
        />
        <button type="button" tabIndex={-1} aria-label={t("widget.larger")} onClick={() => step(1)}>
          <Plus size={12} aria-hidden />
        </button>
      </span>
    </div>
  );
}

function shown(value: unknown, widget: NumericWidget): string {
  if (widget.kind === "integer" || typeof value !== "number") return String(value);
  const decimals = stepOf(widget) >= 1 ? 1 : Math.min(4, Math.max(1, Math.ceil(-Math.log10(stepOf(widget)))));
  return Number(value.toFixed(4)) === Number(value.toFixed(decimals)) ? value.toFixed(decimals) : String(value);
}
