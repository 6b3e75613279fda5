/** One drag of nodes: snapping to others, carrying what stands in frames, cloning, and going into a wire. */

import { type Guide, type Positions, snap } from "@/graph/arrange";
import { around, type Box, boxOf, centreIn } from "@/graph/boxes";
import { move } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { holdersOf } from "@/graph/comments";
import { nodeIndex, type Wire, wireId } from "@/graph/document";
import { copyFragment, type Paste, pasteFragment } from "@/graph/fragment";
import { roomAfter, type Splice, spliceOfNode, spliceWires } from "@/graph/splice";
import { t } from "@/i18n/i18n";
import { currentCatalogue } from "@/state/catalogue";
import { endDragging, useDragging } from "@/state/dragging";
import { speak } from "@/state/notices";
import { selectNodes } from "@/state/selection";
import { viewport } from "@/state/viewport";
import { currentDocument, run, undoEdit } from "@/state/workspace";
import type { FlowNode } from "./flowModel";
import { type Carried, carriedBy, carry } from "./frames";
import { shape } from "./shape";
import { lengthInside, sampled, wirePieces } from "./wirePath";

/** How near a line must be, on the screen, to be snapped to. */
const REACH = 4;
/** How much of a wire must lie under a node for the node to go into it. */
const UNDER = 24;
/** A window of this many boxes at most is compared with: what is far away is not what one lines up with. */
const MOST = 120;

interface Drag {
  carried: Carried | null;
  start: ReadonlyMap<string, [number, number]>;
  box: Omit<Box, "id"> | null;
  others: readonly Box[];
  /** Where everything is now, what is carried too. */
  places: Positions;
  clones: { paste: Paste; of: ReadonlyMap<string, string> } | null;
  alt: boolean;
  splice: { wire: Wire; splice: Splice } | null;
}

let drag: Drag | null = null;

/** A drag begins. With Alt, copies go with the hand and the originals stay. */
export function beginDrag(dragged: readonly FlowNode[], alt: boolean): void {
  const document = currentDocument();
  const index = nodeIndex(document);
  const moving = new Set(dragged.map((node) => node.id));
  const boxes = dragged.map(({ id, position, width = 0, height = 0 }) => ({ id, ...position, width, height }));
  const box = around(boxes);
  const clones = alt ? cloned(dragged.filter((node) => index.has(node.id)).map((node) => node.id)) : null;
  drag = {
    carried: clones === null ? carriedBy(dragged) : null,
    start: new Map(dragged.map(({ id, position }) => [id, [position.x, position.y]])),
    box,
    others:
      box === null
        ? []
        : nearby(
            document.nodes.filter((node) => !moving.has(node.id)).map((n) => boxOf(n, shape)),
            box,
          ),
    places: new Map(),
    clones,
    alt: false,
    splice: null,
  };
}

function nearby(boxes: Box[], { x, y }: Omit<Box, "id">): Box[] {
  if (boxes.length <= MOST) return boxes;
  const far = (box: Box) => Math.hypot(box.x - x, box.y - y);
  return boxes.sort((a, b) => far(a) - far(b)).slice(0, MOST);
}

function cloned(ids: readonly string[]): Drag["clones"] {
  if (ids.length === 0) return null;
  const document = currentDocument();
  const fragment = copyFragment(document, ids);
  const paste = pasteFragment(document, fragment, [0, 0], false);
  run(paste.command);
  return { paste, of: new Map(fragment.nodes.map((node, at) => [node.id, paste.ids[at] as string])) };
}

/**
 * Where everything is while a hand has brought nodes to `places`: snapped, with what frames carry, and clones in the
 * originals' stead. Null when nothing is dragged.
 */
export function steer(places: Positions): Positions | null {
  const now = drag;
  const [first] = places;
  if (now === null || first === undefined) return null;
  const [id, [x, y]] = first;
  const from = now.start.get(id);
  const shift = from === undefined ? [0, 0] : snapped(now, [x - from[0], y - from[1]]);
  for (const [moved, place] of places) {
    now.places.set(now.clones?.of.get(moved) ?? moved, [place[0] + (shift[0] ?? 0), place[1] + (shift[1] ?? 0)]);
  }
  for (const [moved, place] of carry(now.places, now.carried)) now.places.set(moved, place);
  return now.places;
}

/** How far to go on for what is dragged to stand in line with others. Shows the lines. */
function snapped({ box, others, alt }: Drag, delta: readonly [number, number]): [number, number] {
  if (box === null) return [0, 0];
  const moved = { ...box, x: box.x + delta[0], y: box.y + delta[1] };
  const { shift, guides } = alt ? NO_SNAP : snap(moved, others, REACH / (viewport()?.view().zoom ?? 1));
  showGuides(guides);
  return shift;
}

/** Whether a hand drags nodes now. */
export function isDragging(): boolean {
  return drag !== null;
}

/** The hand was taken away: nothing has moved. */
export function forgetDrag(): void {
  const cloned = drag?.clones != null;
  drag = null;
  endDragging();
  if (cloned) undoEdit();
}

const NO_SNAP = { shift: [0, 0] as [number, number], guides: [] as Guide[] };

function showGuides(guides: readonly Guide[]): void {
  if (guides.length > 0 || useDragging.getState().guides.length > 0) useDragging.setState({ guides });
}

/** The hand moved: what would a drop do here? Alt suspends snapping and insertion. */
export function lookUnder(alt: boolean): void {
  if (drag === null) return;
  drag.alt = alt && drag.clones === null;
  const document = currentDocument();
  const [id, ...more] = drag.places.keys();
  const node = id === undefined ? undefined : nodeIndex(document).get(id);
  const alone = node !== undefined && more.length === 0 && !drag.alt;
  const place = id === undefined ? undefined : drag.places.get(id);
  const box = node === undefined || place === undefined ? null : { ...boxOf(node, shape), x: place[0], y: place[1] };
  drag.splice = alone && box !== null && drag.clones === null ? wireUnder(box) : null;
  const holder =
    box === null
      ? undefined
      : holdersOf(document)
          .filter((frame) => centreIn(box, frame.bounds))
          .at(-1);
  const [wire, frame] = [drag.splice === null ? null : wireId(drag.splice.wire), holder?.id ?? null];
  const shown = useDragging.getState();
  if (shown.wire !== wire || shown.frame !== frame) useDragging.setState({ wire, frame });
}

/** The wire that a node at a place would go into: the one that most of lies under it, if the node fits. */
function wireUnder(box: Box): Drag["splice"] {
  const document = currentDocument();
  const catalogue = currentCatalogue();
  let best: { length: number; found: NonNullable<Drag["splice"]> } | null = null;
  for (const wire of document.wires) {
    if (wire.from[0] === box.id || wire.to[0] === box.id) continue;
    let length = 0;
    for (const piece of wirePieces(document, wire)) {
      const [top, bottom] = [Math.min(piece.from[1], piece.to[1]), Math.max(piece.from[1], piece.to[1])];
      if (bottom >= box.y && top <= box.y + box.height) length += lengthInside(sampled(piece), box);
    }
    if (length < UNDER || (best !== null && length <= best.length)) continue;
    const splice = spliceOfNode(document, catalogue, wire, box.id);
    if (splice !== null) best = { length, found: { wire, splice } };
  }
  return best?.found ?? null;
}

/** The hand let go: one step, whatever the drag came to. */
export function endDrag(): void {
  const done = drag;
  drag = null;
  endDragging();
  if (done === null) return;
  if (done.clones !== null) {
    undoEdit();
    if (done.places.size === 0) return;
    run(several("paste", [done.clones.paste.command, move(done.places)]));
    const { ids } = done.clones.paste;
    setTimeout(() => selectNodes(ids), 0);
    return;
  }
  if (done.places.size === 0) return;
  const [id] = done.places.keys();
  if (done.splice === null || id === undefined) run(move(done.places));
  else insert(done.splice, id, done.places);
}

function insert({ wire, splice }: NonNullable<Drag["splice"]>, id: string, places: Positions): void {
  const document = currentDocument();
  const node = nodeIndex(document).get(id);
  const place = places.get(id);
  if (node === undefined || place === undefined) return;
  const room = roomAfter(document, wire, place[0] + shape(node).width, shape, id);
  run(several("insert", [move(places), ...(room.size === 0 ? [] : [move(room)]), spliceWires(wire, id, splice)]));
  speak(t("wiring.inserted"));
}
