/** Putting dots on wires, by click, by menu, by key and by a stroke across several. */

import { addReroute, bundle } from "@/graph/commands/reroutes";
import { t } from "@/i18n/i18n";
import { speak } from "@/state/page/notices";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { crossedBy, placeOnWire } from "./dottedLine";

/** A dot on a wire at a canvas point, or in its middle. */
export function rerouteAt(wire: string, point?: readonly [number, number]): void {
  const on = placeOnWire(wire, point);
  const placed = on === null ? null : addReroute(currentDocument(), [wire], on.at, on.place);
  if (placed === null) return;
  run(placed.command);
  setTimeout(() => selectNodes([placed.id]), 0);
  speak(t("reroute.spoken", { count: 1 }));
}

export function rerouteSelected(): void {
  for (const wire of useSelection.getState().wires) rerouteAt(wire);
}

/** A dot for each output whose wires the stroke crosses; its crossed wires run together through it. */
export function rerouteAcross(stroke: readonly [number, number][]): void {
  const crossed = crossedBy(stroke);
  if (crossed.length === 0) return;
  const { command, ids } = bundle(currentDocument(), crossed);
  run(command);
  setTimeout(() => selectNodes(ids), 0);
  speak(t("reroute.spoken", { count: ids.length }));
}
