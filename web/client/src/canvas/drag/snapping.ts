/** What is dragged stands in line with what lies near, and shows the line. */

import { type Guide, snap } from "@/graph/arrange";
import type { Box } from "@/graph/boxes";
import { useDragging } from "@/state/canvas/dragging";
import { viewport } from "@/state/canvas/viewport";

/** How near a line must be, on the screen, to be snapped to. */
const REACH = 4;
/** A window of this many boxes at most is compared with: what is far away is not what one lines up with. */
const MOST = 120;

interface Dragged {
  /** Around all of it, where the drag began. */
  box: Omit<Box, "id"> | null;
  others: readonly Box[];
  /** Nothing is snapped to. */
  alt: boolean;
}

/** The boxes that are compared with one. */
export function nearby(boxes: Box[], { x, y }: Omit<Box, "id">): Box[] {
  if (boxes.length <= MOST) return boxes;
  const far = (box: Box) => Math.hypot(box.x - x, box.y - y);
  return boxes.sort((a, b) => far(a) - far(b)).slice(0, MOST);
}

/** How far to go on for what is dragged to stand in line with others. Shows the lines. */
export function snapped({ box, others, alt }: Dragged, delta: readonly [number, number]): [number, number] {
  if (box === null) return [0, 0];
  const moved = { ...box, x: box.x + delta[0], y: box.y + delta[1] };
  const { shift, guides } = alt ? NO_SNAP : snap(moved, others, REACH / (viewport()?.view().zoom ?? 1));
  showGuides(guides);
  return shift;
}

const NO_SNAP = { shift: [0, 0] as [number, number], guides: [] as Guide[] };

function showGuides(guides: readonly Guide[]): void {
  if (guides.length > 0 || useDragging.getState().guides.length > 0) useDragging.setState({ guides });
}
