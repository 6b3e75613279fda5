/** Which widgets are seeds, and drawing one. */

import { type Catalogue, type IntegerWidget, widgetInputs } from "./spec";

/** A seed drawn evenly from 0 to 2⁶⁴−1. */
export function randomSeed(): string {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

/** The seeds among a node type's widgets. */
export function seedWidgets(catalogue: Catalogue, type: string): { name: string; widget: IntegerWidget }[] {
  const spec = catalogue.get(type);
  if (spec === undefined) return [];
  return widgetInputs(spec).flatMap(({ name, widget }) =>
    widget.kind === "integer" && widget.seed ? [{ name, widget }] : [],
  );
}
