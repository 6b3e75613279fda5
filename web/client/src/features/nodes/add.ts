/** Adding a node from the library: into the middle of the view, or where it was dropped. */

import type { Wire } from "@/graph/document";
import type { NodeSpec } from "@/graph/spec";
import { t } from "@/i18n/i18n";
import { typeTitle } from "@/i18n/words";
import { addInView } from "@/state/actions/addInView";
import { viewport } from "@/state/canvas/viewport";
import { rememberType } from "@/state/nodes/recentTypes";
import { speak } from "@/state/page/notices";

/** Put a node of `spec` on the canvas; without a place, where the person looks and nothing else was put. */
export function addFromLibrary(spec: NodeSpec, dropped?: { x: number; y: number }, into?: Wire): void {
  rememberType(spec.id);
  const id = addInView(spec, {}, dropped, into);
  // A hand that dropped it works on the canvas now; keys in the panel go on adding.
  if (dropped !== undefined && id !== null) viewport()?.focus(id);
  speak(into === undefined ? t("node_library.added", { title: typeTitle(t, spec, spec.id) }) : t("wiring.inserted"));
}
