/** Lining up, spreading out, straightening, and layout of everything. */

import { shape } from "@/canvas/model/shape";
import { type Axis, align, changed, distribute, type Edge, type Positions, straighten } from "@/graph/arrange";
import { boxesOf } from "@/graph/boxes";
import { placeFrames } from "@/graph/commands/frames";
import { move } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { nodeIndex } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { useLayoutPreview } from "@/state/canvas/layoutPreview";
import type { Command } from "@/state/commands/command";
import { closing } from "@/state/page/broken";
import { speak } from "@/state/page/notices";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";

const selected = () => useSelection.getState().nodes;
const manyChosen = () => chosen().length > 1;

/** The selected nodes that may move. */
function chosen(): string[] {
  const nodes = nodeIndex(currentDocument());
  return selected().filter((id) => nodes.get(id)?.pinned === false);
}

function place(positions: Positions): void {
  const moved = changed(currentDocument(), positions);
  if (moved.size > 0) run(move(moved));
}

const boxes = () => boxesOf(currentDocument(), chosen(), shape);

const EDGES: readonly [edge: Edge, key: string][] = [
  ["left", "Alt+A"],
  ["center", "Alt+H"],
  ["right", "Alt+D"],
  ["top", "Alt+W"],
  ["middle", "Alt+V"],
  ["bottom", "Alt+S"],
];
const AXES: readonly [axis: Axis, key: string][] = [
  ["horizontal", "Alt+Shift+H"],
  ["vertical", "Alt+Shift+V"],
];

/** How long the ghosts of a layout stand before it is taken. */
const PREVIEW_MS = 1_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Show where everything would go; then, or at Enter, put it there. A second `L` takes it, too. */
async function layoutWithPreview(): Promise<void> {
  if (previewing()) {
    takeLayout();
    return;
  }
  const { layOut } = await import("@/graph/layout");
  if (previewing()) return; // the key was pressed twice while this was fetched
  useLayoutPreview.setState({ layout: layOut(currentDocument(), selected(), shape) });
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) takeLayout();
  else timer = setTimeout(takeLayout, PREVIEW_MS);
}

function takeLayout(): void {
  clearTimeout(timer);
  const { layout } = useLayoutPreview.getState();
  useLayoutPreview.setState({ layout: null });
  if (layout === null) return;
  run(several("layout", [move(changed(currentDocument(), layout.nodes)), placeFrames(layout.frames)]));
  speak(t("arrange.laid_out", { count: layout.nodes.size }));
}

function dropLayout(): void {
  clearTimeout(timer);
  useLayoutPreview.setState({ layout: null });
}

const previewing = () => useLayoutPreview.getState().layout !== null;

export const arrangeCommands: readonly Command[] = [
  {
    id: "arrange.take",
    title: "arrange.take",
    group: "arrange",
    keys: ["Enter"],
    scope: "canvas",
    hidden: true,
    when: previewing,
    run: takeLayout,
  },
  {
    id: "arrange.drop",
    title: "arrange.drop",
    group: "arrange",
    keys: ["Escape"],
    scope: "canvas",
    hidden: true,
    when: previewing,
    run: dropLayout,
  },
  ...EDGES.map(
    ([edge, key]): Command => ({
      id: `arrange.${edge}`,
      title: `arrange.${edge}`,
      group: "arrange",
      keys: [key],
      scope: "canvas",
      when: manyChosen,
      run: () => place(align(boxes(), edge)),
    }),
  ),
  ...AXES.map(
    ([axis, key]): Command => ({
      id: `arrange.${axis}`,
      title: `arrange.${axis}`,
      group: "arrange",
      keys: [key],
      scope: "canvas",
      when: () => chosen().length > 2,
      run: () => place(distribute(boxes(), axis)),
    }),
  ),
  {
    id: "arrange.straighten",
    title: "arrange.straighten",
    group: "arrange",
    keys: ["Alt+Q"],
    scope: "canvas",
    when: manyChosen,
    run: () => place(straighten(currentDocument(), chosen(), shape)),
  },
  {
    id: "arrange.layout",
    title: "arrange.layout",
    group: "arrange",
    keys: ["L"],
    scope: "canvas",
    when: () => currentDocument().nodes.length > 1,
    run: () => void layoutWithPreview().catch(closing(dropLayout)),
  },
];
