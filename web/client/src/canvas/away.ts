/**
 * Nodes and wires far outside the view are kept from being painted: a browser visits every one that could be at each
 * paint, and at each look for what is under the pointer. Done by hand, since React would draw them anew for it.
 */

import type { ReactFlowState } from "@xyflow/react";
import { viaOf } from "@/graph/reroutes";
import type { WireEdge } from "./flowModel";

/** How far a wire reaches beyond the nodes at its ends, in the canvas's units: one that goes back makes a loop. */
const LOOP = 160;
/** What lies this near to the view, in pixels, stays: it may come in before the next look. */
const NEAR = 400;

type View = Pick<ReactFlowState, "transform" | "width" | "height" | "nodeLookup" | "edgeLookup" | "nodes" | "edges">;

interface Drawn<Thing extends Element> {
  drawing: Thing;
  /** The nodes between which it lies. */
  ends: readonly string[];
}

/** What one canvas draws, listed anew when that changes. */
export class Away {
  private readonly wires = new Listing(".react-flow__edges", wireOf);
  private readonly nodes = new Listing(".react-flow__nodes", nodeOf);

  constructor(private readonly canvas: HTMLElement) {}

  /** Show what may be in view and hide the rest. */
  hide(state: View): void {
    for (const { drawing, ends } of this.wires.of(this.canvas, state, state.edges)) {
      const display = isAway(state, ends, LOOP) ? "none" : "";
      if (drawing.style.display !== display) drawing.style.display = display;
    }
    for (const { drawing, ends } of this.nodes.of(this.canvas, state, state.nodes)) {
      // What holds the keyboard would lose it.
      const away = isAway(state, ends, 0) && !drawing.contains(document.activeElement);
      if (away !== drawing.hasAttribute("data-away")) drawing.toggleAttribute("data-away", away);
    }
  }
}

/** The children of a container that can be away. */
class Listing<Thing extends Element> {
  private drawn: Drawn<Thing>[] = [];
  private version: unknown = null;
  private count = -1;

  constructor(
    private readonly container: string,
    private readonly read: (drawing: Element, state: View) => Drawn<Thing> | null,
  ) {}

  of(canvas: HTMLElement, state: View, version: unknown): readonly Drawn<Thing>[] {
    const drawings = canvas.querySelector(this.container)?.children;
    if (drawings === undefined) return [];
    // The store knows of new ones before they are drawn.
    if (this.version === version && this.count === drawings.length) return this.drawn;
    this.version = version;
    this.count = drawings.length;
    this.drawn = [...drawings].flatMap((drawing) => this.read(drawing, state) ?? []);
    return this.drawn;
  }
}

function wireOf(drawing: Element, { edgeLookup }: View): Drawn<SVGElement> | null {
  const id = drawing.firstElementChild?.getAttribute("data-id");
  const edge = id === null || id === undefined ? undefined : (edgeLookup.get(id) as WireEdge | undefined);
  if (edge === undefined || !(drawing instanceof SVGElement)) return null;
  // Dots may lead a wire anywhere.
  const bent = edge.data !== undefined && viaOf(edge.data.wire).length > 0;
  return bent ? null : { drawing, ends: [edge.source, edge.target] };
}

function nodeOf(drawing: Element): Drawn<HTMLElement> | null {
  const id = drawing.getAttribute("data-id");
  return id === null || !(drawing instanceof HTMLElement) ? null : { drawing, ends: [id] };
}

function isAway({ transform: [x, y, zoom], width, height, nodeLookup }: View, ends: readonly string[], reach: number) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ends) {
    const node = nodeLookup.get(id);
    if (node === undefined) return false;
    const place = node.internals.positionAbsolute;
    left = Math.min(left, place.x);
    top = Math.min(top, place.y);
    right = Math.max(right, place.x + (node.measured.width ?? 0));
    bottom = Math.max(bottom, place.y + (node.measured.height ?? 0));
  }
  return (
    (right + reach) * zoom + x < -NEAR ||
    (left - reach) * zoom + x > width + NEAR ||
    (bottom + reach) * zoom + y < -NEAR ||
    (top - reach) * zoom + y > height + NEAR
  );
}
