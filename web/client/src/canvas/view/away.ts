/**
 * What is in view: how much of each node is drawn, which wires can be aimed at, and what is so far outside that it is not
 * painted. A browser visits everything that could be painted at each paint and at each look for what lies under the
 * pointer. Set by hand where React would draw everything anew for it.
 */

import type { ReactFlowState } from "@xyflow/react";
import type { WireEdge } from "@/canvas/model/flowModel";
import { useNearWires } from "@/canvas/wires/Wires";
import { viaOfEdge } from "@/canvas/wires/wireLines";
import { type Detail, detailAt, setDetails, useKeyboardHolder } from "./detail";

/** How far a wire reaches beyond the nodes at its ends, in the canvas's units: one that goes back makes a loop. */
const LOOP = 160;
/** What lies this near to the view, in pixels, stays: it may come in before the next look. */
const NEAR = 400;
/** So far around the view nodes have their controls. */
const MARGIN = 120;
/** From this zoom on a wire has a broad line to be hit by. */
const AIMED = 0.2;

export type View = Pick<ReactFlowState, "transform" | "width" | "height" | "nodeLookup" | "edgeLookup"> & {
  /** What a hand holds elsewhere than React Flow knows. */
  displaced: ReadonlyMap<string, readonly [x: number, y: number]>;
};

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What one canvas draws, listed anew when that changes. */
export class Away {
  constructor(private readonly canvas: HTMLElement) {}

  /** Show what may be in view and hide the rest. */
  look(view: View): void {
    this.lookAtNodes(view);
    this.lookAtWires(view);
  }

  private lookAtNodes(view: View): void {
    const detail = detailAt(view.transform[2]);
    const holder = useKeyboardHolder.getState().node;
    const details = new Map<string, Detail>();
    const drawings = new Map(drawnIn<HTMLElement>(this.canvas, ".react-flow__nodes"));
    for (const id of view.nodeLookup.keys()) {
      const distance = outside(view, boxOf(view, [id]), 0);
      if (distance <= MARGIN || id === holder) details.set(id, detail);
      const drawing = drawings.get(id);
      // What holds the keyboard would lose it.
      const away = distance > NEAR && drawing?.contains(document.activeElement) !== true;
      if (drawing !== undefined && away !== drawing.hasAttribute("data-away")) {
        drawing.toggleAttribute("data-away", away);
      }
    }
    setDetails(details);
  }

  private lookAtWires(view: View): void {
    const near = new Set<string>();
    for (const [id, drawing] of drawnIn<SVGElement>(this.canvas, "[data-wires]")) {
      const edge = view.edgeLookup.get(id) as WireEdge | undefined;
      // Dots may lead a wire anywhere.
      const bent = edge === undefined || viaOfEdge(edge).length > 0;
      const away = !bent && outside(view, boxOf(view, [edge.source, edge.target]), LOOP) > NEAR;
      const display = away ? "none" : "";
      if (drawing.style.display !== display) drawing.style.display = display;
      if (!away && view.transform[2] >= AIMED) near.add(id);
    }
    const { ids } = useNearWires.getState();
    if (ids.size !== near.size || [...near].some((id) => !ids.has(id))) useNearWires.setState({ ids: near });
  }
}

/** The children of a container with their ids. */
function drawnIn<Thing extends Element>(canvas: HTMLElement, container: string): [string, Thing][] {
  const drawings = canvas.querySelector(container)?.children ?? [];
  return [...drawings].map((drawing) => [drawing.getAttribute("data-id") ?? "", drawing as Thing]);
}

/** The box around nodes on the canvas, or null while one is missing. */
function boxOf({ nodeLookup, displaced }: View, ids: readonly string[]): Box | null {
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
