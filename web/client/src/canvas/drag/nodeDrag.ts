/**
 * One drag of nodes: snapping to others, carrying what stands in frames, cloning, going into a wire or out of its wires,
 * and joining a frame or not.
 */

import { type Carried, carriedBy, carry } from "@/canvas/frames/frames";
import type { FlowNode } from "@/canvas/model/flowModel";
import { shape } from "@/canvas/model/shape";
import { type InWire, wireUnder } from "@/canvas/wires/wireUnder";
import type { Positions } from "@/graph/arrange";
import { around, type Box, boxOf, centreIn } from "@/graph/boxes";
import { move, setUnframed } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { holdersOf } from "@/graph/comments";
import { nodeIndex, wireId } from "@/graph/document";
import { copyFragment, type Paste, pasteFragment } from "@/graph/fragment";
import type { Command } from "@/graph/history";
import { extract, roomAfter, spliceWires } from "@/graph/splice";
import { t } from "@/i18n/i18n";
import { endDragging, useDragging } from "@/state/canvas/dragging";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { usePreferences } from "@/state/page/preferences";
import { selectNodes } from "@/state/workflow/selection";
import { currentDocument, run, undoEdit } from "@/state/workflow/workspace";
import { watchShake } from "./shake";
import { nearby, snapped } from "./snapping";

interface Drag {
  carried: Carried | null;
  start: ReadonlyMap<string, [number, number]>;
  box: Omit<Box, "id"> | null;
  others: readonly Box[];
  /** Where everything is now, what is carried too. */
  places: Positions;
  clones: { paste: Paste; of: ReadonlyMap<string, string> } | null;
  alt: boolean;
  splice: InWire | null;
  /** Whether the hand shook just now; null where shaking means nothing. */
  shakes: ReturnType<typeof watchShake> | null;
  /** What took the nodes out of their wires when the hand shook. */
  detached: Command | null;
  /** What is dropped over a frame does not join it. */
  unframed: boolean;
  /** Everything goes back to where it was. */
  cancelled: boolean;
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
    shakes: usePreferences.getState().shakeDetaches && clones === null ? watchShake() : null,
    detached: null,
    unframed: false,
    cancelled: false,
  };
  addEventListener("keydown", onKey, true);
}

/** While nodes are dragged, F says whether they join the frame under them, and Esc takes them back. */
function onKey(event: KeyboardEvent): void {
  const escapes = event.key === "Escape";
  if (drag === null || !(escapes || event.code === "KeyF") || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.repeat) return;
  if (escapes) {
    drag.cancelled = true;
    endDragging();
    return;
  }
  drag.unframed = !drag.unframed;
  speak(t(drag.unframed ? "frame.stays_out" : "frame.joins"));
  lookUnder(drag.alt);
}

/** The drag is over, whatever comes of it. */
function take(): Drag | null {
  const done = drag;
  drag = null;
  removeEventListener("keydown", onKey, true);
  endDragging();
  return done;
}

/** The hand shook: what it holds comes out of its wires, which close behind it. */
function detach(now: Drag): void {
  const document = currentDocument();
  const ids = [...now.start.keys()];
  if (!document.wires.some((wire) => ids.includes(wire.from[0]) !== ids.includes(wire.to[0]))) return;
  now.detached = extract(document, currentCatalogue(), ids);
  run(now.detached);
  speak(t("wiring.detached"));
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
  if (now.cancelled) return stillAt(now, places);
  if (now.shakes?.(x * (viewport()?.view().zoom ?? 1), performance.now()) && now.detached === null) detach(now);
  const from = now.start.get(id);
  const shift = from === undefined ? [0, 0] : snapped(now, [x - from[0], y - from[1]]);
  for (const [moved, place] of places) {
    now.places.set(now.clones?.of.get(moved) ?? moved, [place[0] + (shift[0] ?? 0), place[1] + (shift[1] ?? 0)]);
  }
  for (const [moved, place] of carry(now.places, now.carried)) now.places.set(moved, place);
  return now.places;
}

/** Where everything was when the drag began. */
function stillAt({ start, carried, clones }: Drag, places: Positions): Positions {
  const back = new Map([...places].map(([id, place]) => [clones?.of.get(id) ?? id, start.get(id) ?? place]));
  for (const [id, place] of carry(back, carried)) back.set(id, place);
  return back;
}

/** Whether a hand drags nodes now. */
export function isDragging(): boolean {
  return drag !== null;
}

/** The hand was taken away: nothing has moved. */
export function forgetDrag(): void {
  const done = take();
  if (done?.clones != null || done?.detached != null) undoEdit();
}

/** The hand moved: what would a drop do here? Alt suspends snapping and insertion. */
export function lookUnder(alt: boolean): void {
  if (drag === null || drag.cancelled) return;
  drag.alt = alt && drag.clones === null;
  const document = currentDocument();
  const [id, ...more] = drag.places.keys();
  const node = id === undefined ? undefined : nodeIndex(document).get(id);
  const alone = node !== undefined && more.length === 0 && !drag.alt;
  const place = id === undefined ? undefined : drag.places.get(id);
  const box = node === undefined || place === undefined ? null : { ...boxOf(node, shape), x: place[0], y: place[1] };
  const goesIn = alone && drag.clones === null && drag.detached === null;
  drag.splice = goesIn && box !== null ? wireUnder(box) : null;
  const holder =
    box === null || drag.unframed
      ? undefined
      : holdersOf(document)
          .filter((frame) => centreIn(box, frame.bounds))
          .at(-1);
  const [wire, frame] = [drag.splice === null ? null : wireId(drag.splice.wire), holder?.id ?? null];
  const shown = useDragging.getState();
  if (shown.wire !== wire || shown.frame !== frame) useDragging.setState({ wire, frame });
}

/** The hand let go: one step, whatever the drag came to. */
export function endDrag(): void {
  const done = take();
  if (done === null) return;
  if (done.places.size === 0 || done.cancelled) {
    if (done.clones !== null || done.detached !== null) undoEdit();
    return;
  }
  const moved = [move(done.places), ...framing(done)];
  if (done.clones !== null) {
    const { paste } = done.clones;
    undoEdit();
    run(several("paste", [paste.command, ...moved]));
    setTimeout(() => selectNodes(paste.ids), 0);
  } else if (done.detached !== null) {
    undoEdit();
    run(several("extract", [done.detached, ...moved]));
  } else if (done.splice === null) run(several("move", moved));
  else insert(done.splice, done.places, moved);
}

/** What is held by hand joins the frame that it is dropped in, or is kept out of it. */
function framing({ start, places, clones, unframed }: Drag): Command[] {
  const index = nodeIndex(currentDocument());
  const held = [...start.keys()].map((id) => clones?.of.get(id) ?? id);
  const changed = held.filter((id) => {
    const [node, place] = [index.get(id), places.get(id)];
    if (node === undefined || place === undefined || (node.unframed === true) === unframed) return false;
    const box = { ...boxOf(node, shape), x: place[0], y: place[1] };
    return holdersOf(currentDocument()).some(({ bounds }) => centreIn(box, bounds));
  });
  return changed.length === 0 ? [] : [setUnframed(changed, unframed)];
}

function insert({ wire, splice }: InWire, places: Positions, moved: readonly Command[]): void {
  const document = currentDocument();
  const [[id, place] = [undefined, undefined]] = places;
  const node = nodeIndex(document).get(id ?? "");
  if (id === undefined || node === undefined) return;
  const room = roomAfter(document, wire, place[0] + shape(node).width, shape, id);
  run(several("insert", [...moved, ...(room.size === 0 ? [] : [move(room)]), spliceWires(wire, id, splice)]));
  speak(t("wiring.inserted"));
}
