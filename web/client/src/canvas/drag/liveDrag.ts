/**
 * Nodes under a moving hand. What is dragged, and the wires at it, are moved by hand; React Flow and React hear of it when
 * the hand lets go and the document has changed. Where most of the canvas is dragged, the view goes with the hand instead
 * and the rest is held back: so the work of a step is at most that of moving half of the nodes.
 */

import type { InternalNode, useStoreApi } from "@xyflow/react";
import type { FlowNode, WireEdge } from "@/canvas/model/flowModel";
import type { LiveView } from "@/canvas/view/useLiveView";
import { lineOf, viaOfEdge } from "@/canvas/wires/wireLines";
import type { Positions } from "@/graph/arrange";
import { useDragging } from "@/state/canvas/dragging";
import { forgetDrag, isDragging, steer } from "./nodeDrag";

type Store = ReturnType<typeof useStoreApi>;
type Step = ReturnType<Store["getState"]>["updateNodePositions"];
type Place = readonly [x: number, y: number];

/** Fewer dragged nodes than this are moved one by one, whatever else there is. */
const FEW = 40;

/** What one drag works with, looked up once. */
interface Under {
  /** Most of the canvas is dragged: the view is shifted, and what is not dragged is held back. */
  most: boolean;
  drawings: ReadonlyMap<string, HTMLElement>;
  wires: ReadonlyMap<string, SVGElement>;
  /** The wires at each node and dot. */
  at: ReadonlyMap<string, readonly WireEdge[]>;
  /** How many nodes and wires there were: copies come after a drag has begun. */
  count: number;
}

/** Drags on one canvas. */
export class LiveDrag {
  private under: Under | null = null;
  /** What stands elsewhere than React drew it. */
  readonly displaced = new Map<string, Place>();

  constructor(
    private readonly store: Store,
    private readonly canvas: HTMLElement,
    private readonly view: LiveView,
  ) {}

  /** Take over from React Flow what a step of a drag does. Returns how to give it back. */
  listen(): () => void {
    const { updateNodePositions: usual } = this.store.getState();
    const step: Step = (items, dragging) => {
      const places = new Map(
        [...items].map(([id, { position }]): [string, [number, number]] => [id, [position.x, position.y]]),
      );
      const steered = dragging === true ? steer(places) : null;
      if (steered !== null) this.show(steered);
      else if (isDragging()) this.end();
      else usual(items, dragging);
    };
    this.store.setState({ updateNodePositions: step });
    return () => {
      this.rest();
      this.store.setState({ updateNodePositions: usual });
    };
  }

  /** The hand let go. React Flow says so before the page does; where the page does not, nothing has moved. */
  private end(): void {
    this.rest();
    queueMicrotask(() => {
      if (isDragging()) forgetDrag();
    });
  }

  private show(places: Positions): void {
    const { nodeLookup, edgeLookup } = this.store.getState();
    if (this.under?.count !== nodeLookup.size + edgeLookup.size) this.under = this.lookUp(places);
    const { under } = this;
    const [dx, dy] = this.shiftOf(places);
    if (under.most) {
      const held = new Map<string, Place>();
      for (const [id, node] of nodeLookup) {
        const { x, y } = node.internals.userNode.position;
        if (!places.has(id)) held.set(id, [x - dx, y - dy]);
      }
      this.view.carry([dx, dy]);
      this.displace(under, held);
      holdBackGuides(dx, dy);
    } else this.displace(under, places);
    this.nudge(dx, dy);
    this.view.changed();
  }

  /** How far the first of the dragged nodes has come. */
  private shiftOf(places: Positions): Place {
    const { nodeLookup } = this.store.getState();
    for (const [id, [x, y]] of places) {
      const from = nodeLookup.get(id)?.internals.userNode.position;
      if (from !== undefined) return [x - from.x, y - from.y];
    }
    return [0, 0];
  }

  /** Put nodes elsewhere, and redraw the wires at them. */
  private displace(under: Under, places: ReadonlyMap<string, Place>): void {
    const { nodeLookup } = this.store.getState();
    const wires = new Set<WireEdge>();
    for (const [id, place] of places) {
      const [node, drawing] = [nodeLookup.get(id), under.drawings.get(id)];
      if (node === undefined || drawing === undefined) continue;
      this.displaced.set(id, place);
      put(node, drawing, place);
      for (const wire of under.at.get(id) ?? []) wires.add(wire);
    }
    this.redraw(under, wires);
  }

  private redraw(under: Under, wires: Iterable<WireEdge>): void {
    const { nodeLookup } = this.store.getState();
    for (const wire of wires) {
      const line = lineOf(wire, (id) => {
        const node = nodeLookup.get(id)?.internals.userNode as FlowNode | undefined;
        const place = this.displaced.get(id);
        if (node === undefined) return undefined;
        return { node, position: place === undefined ? node.position : { x: place[0], y: place[1] } };
      });
      if (line === null) continue;
      for (const path of under.wires.get(wire.id)?.children ?? []) path.setAttribute("d", line);
    }
  }

  /** React Flow's box around what a box has selected goes along. */
  private nudge(dx: number, dy: number): void {
    const box = this.canvas.querySelector<HTMLElement>(".react-flow__nodesselection");
    const zoom = this.store.getState().transform[2];
    if (box !== null) box.style.translate = dx === 0 && dy === 0 ? "" : `${dx * zoom}px ${dy * zoom}px`;
  }

  /** Everything goes back to where React drew it: what has become of the drag, React draws. */
  private rest(): void {
    const { under } = this;
    this.under = null;
    if (under === null) return;
    const { nodeLookup } = this.store.getState();
    const wires = new Set<WireEdge>();
    for (const id of this.displaced.keys()) {
      const [node, drawing] = [nodeLookup.get(id), under.drawings.get(id)];
      for (const wire of under.at.get(id) ?? []) wires.add(wire);
      if (node === undefined || drawing === undefined) continue;
      const { x, y } = node.internals.userNode.position;
      put(node, drawing, [x, y]);
    }
    this.displaced.clear();
    this.redraw(under, wires);
    this.nudge(0, 0);
    if (under.most) this.view.carry([0, 0]);
  }

  private lookUp(places: Positions): Under {
    const { nodeLookup, edgeLookup } = this.store.getState();
    const byId = <Thing extends Element>(selector: string) =>
      new Map(
        [...this.canvas.querySelectorAll<Thing>(selector)].map((item) => [item.getAttribute("data-id") ?? "", item]),
      );
    const at = new Map<string, WireEdge[]>();
    for (const edge of edgeLookup.values() as Iterable<WireEdge>) {
      for (const id of [edge.source, edge.target, ...viaOfEdge(edge)]) {
        const known = at.get(id);
        if (known === undefined) at.set(id, [edge]);
        else known.push(edge);
      }
    }
    return {
      most: places.size >= FEW && places.size > nodeLookup.size / 2,
      drawings: byId<HTMLElement>(".react-flow__node"),
      wires: byId<SVGElement>("[data-wires] > g"),
      at,
      count: nodeLookup.size + edgeLookup.size,
    };
  }
}

/** Lines that nodes snap to do not go along either. */
function holdBackGuides(dx: number, dy: number): void {
  const { guides } = useDragging.getState();
  if (guides.length === 0) return;
  const held = guides.map(({ axis, at, from, to }) =>
    axis === "x"
      ? { axis, at: at - dx, from: from - dy, to: to - dy }
      : { axis, at: at - dy, from: from - dx, to: to - dx },
  );
  useDragging.setState({ guides: held });
}

/** Draw a node at a place, behind React's back. A dot's place is its middle. */
function put({ origin, measured }: InternalNode, drawing: HTMLElement, [x, y]: Place): void {
  const [ox, oy] = origin ?? [0, 0];
  const { width = 0, height = 0 } = measured;
  drawing.style.transform = `translate(${x - ox * width}px,${y - oy * height}px)`;
}
