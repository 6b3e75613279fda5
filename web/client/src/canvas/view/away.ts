/**
 * What is in view: how much of each node is drawn, which wires can be aimed at, and what is so far outside that it is not
 * painted. A browser visits everything that could be painted at each paint and at each look for what lies under the
 * pointer.
 */

import type { ReactFlowState } from "@xyflow/react";
import type { WireEdge } from "@/canvas/model/flowModel";
import { useNearWires } from "@/canvas/wires/Wires";
import { viaOfEdge } from "@/canvas/wires/wireLines";
import { type Detail, detailAt, detailOf, drawnNodes, setDetails, useKeyboardHolder } from "./detail";
import { Drawings } from "./drawings";
import type { Cost } from "./pace";

/** How far a wire reaches beyond the nodes at its ends, in the canvas's units: one that goes back makes a loop. */
const LOOP = 160;
/** What lies this near to the view, in pixels, stays: it may come in before the next look. */
const NEAR = 400;
/** So far around the view nodes have their controls. */
const MARGIN = 120;
/** From this zoom on a wire has a broad line to be hit by. */
const AIMED = 0.2;
/** What it costs a browser that something is shown or hidden. */
const SWITCH: Cost = 0.03;

export type View = Pick<ReactFlowState, "transform" | "width" | "height" | "nodeLookup" | "edgeLookup"> & {
  /** What a hand holds elsewhere than React Flow knows. */
  displaced: ReadonlyMap<string, readonly [x: number, y: number]>;
  /** The view is on its way: nobody aims at anything. */
  moving: boolean;
  /** It zooms so fast that what is drawn for this zoom would be drawn otherwise in a moment. */
  passing: boolean;
};

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What one canvas draws, listed anew when that changes. */
export class Away {
  private readonly nodes: Drawings;
  private readonly wires: Drawings;

  constructor(canvas: HTMLElement) {
    this.nodes = new Drawings(canvas, ".react-flow__nodes");
    this.wires = new Drawings(canvas, "[data-wires]");
  }

  stop(): void {
    this.nodes.stop();
    this.wires.stop();
  }

  /** Show what may be in view and hide the rest: first what a person would miss. */
  *look(view: View): Generator<Cost> {
    const nodes = this.switchesOfNodes(view);
    const wires = this.switchesOfWires(view);
    yield* oneByOne(nodes.shown, (drawing) => this.nodes.show(drawing));
    yield* oneByOne(wires.shown, (drawing) => this.wires.show(drawing));
    if (!view.passing) setDetails(redrawsIn(view));
    yield* oneByOne(nodes.hidden, (drawing) => this.nodes.hide(drawing));
    yield* oneByOne(wires.hidden, (drawing) => this.wires.hide(drawing));
    if (!view.moving) aim(wires.near);
  }

  private switchesOfNodes(view: View) {
    const [shown, hidden]: [Element[], Element[]] = [[], []];
    for (const [id, drawing] of this.nodes.all()) {
      // What holds the keyboard would lose it.
      const away = outside(view, boxOf(view, id), 0) > NEAR && !drawing.contains(document.activeElement);
      if (away !== this.nodes.isHidden(drawing)) (away ? hidden : shown).push(drawing);
    }
    return { shown, hidden };
  }

  private switchesOfWires(view: View) {
    const [shown, hidden]: [Element[], Element[]] = [[], []];
    const near = new Set<string>();
    for (const [id, drawing] of this.wires.all()) {
      const edge = view.edgeLookup.get(id) as WireEdge | undefined;
      // Dots may lead a wire anywhere.
      const bent = edge === undefined || viaOfEdge(edge).length > 0;
      const away = !bent && outside(view, boxOf(view, edge.source, edge.target), LOOP) > NEAR;
      if (away !== this.wires.isHidden(drawing)) (away ? hidden : shown).push(drawing);
      if (!away && view.transform[2] >= AIMED) near.add(id);
    }
    return { shown, hidden, near };
  }
}

function* oneByOne(drawings: readonly Element[], change: (drawing: Element) => void): Generator<Cost> {
  for (const drawing of drawings) {
    change(drawing);
    yield SWITCH;
  }
}

/** How nodes are to be drawn whose level has changed. */
function redrawsIn(view: View): Map<string, Detail> {
  const detail = detailAt(view.transform[2]);
  const holder = useKeyboardHolder.getState().node;
  const redraws = new Map<string, Detail>();
  for (const id of view.nodeLookup.keys()) {
    const next = id === holder || outside(view, boxOf(view, id), 0) <= MARGIN ? detail : "block";
    if (next !== detailOf(id)) redraws.set(id, next);
  }
  for (const id of drawnNodes()) if (!view.nodeLookup.has(id)) redraws.set(id, "block");
  return redraws;
}

function aim(near: ReadonlySet<string>): void {
  const { ids } = useNearWires.getState();
  if (ids.size !== near.size || [...near].some((id) => !ids.has(id))) useNearWires.setState({ ids: near });
}

/** The box around one node or two on the canvas, or null while one is missing. */
function boxOf({ nodeLookup, displaced }: View, ...ids: readonly string[]): Box | null {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const id of ids) {
    const node = nodeLookup.get(id);
    if (node === undefined) return null;
    const held = displaced.get(id);
    const { x, y } = held === undefined ? node.internals.positionAbsolute : { x: held[0], y: held[1] };
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x + (node.measured.width ?? 0));
    box.bottom = Math.max(box.bottom, y + (node.measured.height ?? 0));
  }
  return box;
}

/** How many pixels lie between a box, larger by `reach`, and the view; 0 inside, and for what is not known. */
function outside({ transform: [x, y, zoom], width, height }: View, box: Box | null, reach: number): number {
  if (box === null) return 0;
  return Math.max(
    0,
    -((box.right + reach) * zoom + x),
    (box.left - reach) * zoom + x - width,
    -((box.bottom + reach) * zoom + y),
    (box.top - reach) * zoom + y - height,
  );
}
