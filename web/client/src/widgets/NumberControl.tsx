import { Minus, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { defaultValue } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { type NumericWidget, parseNumber, stepOf, stepped } from "./numbers";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

/** A number: type it (sums too), step it with the arrows, or drag across the field. */
export function NumberControl({ node, name, label, widget }: ControlProps<NumericWidget>) {
  const { t } = useWords();
  const [value, setValue] = useWidgetValue(node, name, widget);
  const [text, setText] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const standard = defaultValue(widget);
  const commit = () => {
    if (text === null) return;
    const parsed = parseNumber(text, widget);
    setWrong(parsed === null);
    if (parsed !== null) setValue(parsed);
    setText(null);
  };
  const step = (direction: 1 | -1, factor = 1) => {
    setText(null);
    setWrong(false);
    setValue(stepped(Number(value), direction, factor, widget));
  };
  const scrub = useScrub(Number(value), widget, setValue);
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
          type="text"
          inputMode={widget.kind === "integer" ? "numeric" : "decimal"}
          role="spinbutton"
          aria-label={label}
          aria-valuenow={Number(value)}
          aria-invalid={wrong}
          title={wrong ? t("widget.invalid") : String(value)}
          data-widget={name}
          value={text ?? shown(value, widget)}
          onChange={(event) => setText(event.target.value)}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={commit}
          onPointerDown={scrub}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter") commit();
            if (event.key === "Escape") setText(null);
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

const THRESHOLD = 3;
const PIXELS_A_STEP = 8;

/** Dragging across a field changes its number; under the threshold it stays a click. Shift is fine, Ctrl is coarse. */
function useScrub(value: number, widget: NumericWidget, setValue: (value: number) => void) {
  const start = useRef(0);
  return (down: React.PointerEvent<HTMLInputElement>) => {
    if (document.activeElement === down.currentTarget || down.button !== 0) return;
    const field = down.currentTarget;
    let scrubbing = false;
    start.current = value;
    const moved = (move: PointerEvent) => {
      const distance = move.clientX - down.clientX;
      if (!scrubbing && Math.abs(distance) < THRESHOLD) return;
      if (!scrubbing) {
        scrubbing = true;
        field.blur();
        field.setPointerCapture(down.pointerId);
      }
      const steps = Math.trunc(distance / PIXELS_A_STEP);
      const factor = Math.abs(steps) * (move.shiftKey ? 0.1 : move.ctrlKey ? 10 : 1);
      setValue(steps === 0 ? start.current : stepped(start.current, steps > 0 ? 1 : -1, factor, widget));
    };
    const done = (event: Event) => {
      field.removeEventListener("pointermove", moved);
      removeEventListener("keydown", escaped, true);
      if (scrubbing && event.type === "pointercancel") setValue(start.current);
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !scrubbing) return;
      event.stopPropagation();
      setValue(start.current);
      done(event);
    };
    field.addEventListener("pointermove", moved);
    field.addEventListener("pointerup", done, { once: true });
    field.addEventListener("pointercancel", done, { once: true });
    addEventListener("keydown", escaped, true);
  };
}
