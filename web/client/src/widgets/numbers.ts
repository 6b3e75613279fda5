/** Limits, steps and rounding of numbers in fields. */

import { clampWhole } from "@/graph/seeds";
import type { IntegerWidget, NumberWidget } from "@/graph/spec";
import { plainWidth, withPoint } from "@/graph/typed";
import { evaluate } from "./arithmetic";

export type NumericWidget = IntegerWidget | NumberWidget;

/** The step of a widget; a real number without one moves by a hundredth. */
export function stepOf(widget: NumericWidget): number {
  return Number(widget.step ?? (widget.kind === "integer" ? 1 : 0.01));
}

/** A number within the widget's limits, whole where it must be; to the step's decimals, against 0.30000000000000004. */
export function clamp(value: number, widget: NumericWidget): number {
  const low = widget.minimum === null ? -Infinity : Number(widget.minimum);
  const high = widget.maximum === null ? Infinity : Number(widget.maximum);
  const bounded = Math.min(Math.max(value, low), high);
  return widget.kind === "integer" ? Math.round(bounded) : Number(bounded.toFixed(6));
}

/** What typed text means for the widget, or null when it is no number. Whole numbers beyond 2⁵³ stay text. */
export function parseNumber(typed: string, widget: NumericWidget): number | string | null {
  const text = plainWidth(typed);
  if (widget.kind === "integer") {
    const whole = clampWhole(text, widget);
    if (whole !== null) return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  }
  const value = evaluate(widget.kind === "number" ? withPoint(text) : text);
  return value === null ? null : clamp(value, widget);
}

/** Where a drag of so many steps comes to. Shift is fine; Ctrl goes from one multiple of ten steps to the next. */
export function scrubbed(
  value: number,
  steps: number,
  { shiftKey, ctrlKey }: { shiftKey: boolean; ctrlKey: boolean },
  widget: NumericWidget,
): number {
  if (steps === 0) return value;
  const direction = steps > 0 ? 1 : -1;
  if (shiftKey || !ctrlKey) return stepped(value, direction, Math.abs(steps) * (shiftKey ? 0.1 : 1), widget);
  const ten = stepOf(widget) * 10;
  // A tenth of a step is forgiven: 0.3 / 0.1 is a little less than 3.
  const behind = direction * Math.floor((direction * value) / ten + 0.01);
  return clamp((behind + steps) * ten, widget);
}

/** One step up or down, from the step's grid where the value lies on it. */
export function stepped(value: number, direction: 1 | -1, factor: number, widget: NumericWidget): number {
  const least = widget.kind === "integer" ? 1 : 0;
  return clamp(value + direction * Math.max(stepOf(widget) * factor, least), widget);
}
