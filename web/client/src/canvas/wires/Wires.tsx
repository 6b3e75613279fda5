import { useStoreApi, ViewportPortal } from "@xyflow/react";
import { memo, useEffect, useMemo } from "react";
import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { FlowNode, WireEdge } from "@/canvas/model/flowModel";
import { incomingWires, outgoingWires, wireId } from "@/graph/document";
import { useConnecting } from "@/state/canvas/connecting";
import { useDragging } from "@/state/canvas/dragging";
import { openWireMenu } from "@/state/canvas/naming";
import { viewport } from "@/state/canvas/viewport";
import { useIdleNodes } from "@/state/nodes/catalogue";
import { useRuns } from "@/state/runs/runs";
import { runIdOf } from "@/state/workflow/inside";
import { currentDocument, useWorkspace } from "@/state/workflow/workspace";
import { socketColor } from "@/ui/socketLook";
import { rerouteAt } from "./reroute";
import styles from "./Wire.module.css";
import { leaveWire, useHoveredWire } from "./WirePlus";
import { lineOf } from "./wireLines";

/** Wires in view that are drawn large enough to be aimed at: they have a broad, unseen line to be hit by. */
export const useNearWires = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

interface Props {
  nodes: readonly FlowNode[];
  edges: readonly WireEdge[];
}

/**
 * All wires, in one drawing under the nodes. React Flow would give each an SVG of its own, a handful of subscriptions to
 * its store and a set of listeners; with 1,500 wires that was nearly half of the page's memory.
 */
export function Wires({ nodes, edges }: Props) {
  useKnownToFlow(edges);
  const standing = useMemo(() => new Map(nodes.map((node) => [node.id, { node, position: node.position }])), [nodes]);
  const near = useNearWires((state) => state.ids);
  const classOf = useClasses(standing);
  const hands = useHands(edges);
  return (
    <ViewportPortal>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: each wire in it has a name */}
      <svg className={styles.wires} data-wires {...hands}>
        {edges.map((edge) => {
          const line = lineOf(edge, (id) => standing.get(id));
          return line === null ? null : (
            <WireLine
              key={edge.id}
              id={edge.id}
              line={line}
              color={socketColor(edge.data?.type ?? "*")}
              label={edge.ariaLabel}
              className={classOf(edge)}
              selected={edge.selected === true}
              near={near.has(edge.id)}
            />
          );
        })}
      </svg>
    </ViewportPortal>
  );
}

interface LineProps {
  id: string;
  line: string;
  color: string;
  label: string | undefined;
  className: string;
  selected: boolean;
  near: boolean;
}

/** A wire in the full colour of its type. Into a running node it is thicker; on a path that will not run it is faint. */
const WireLine = memo(function WireLine({ id, line, color, label, className, selected, near }: LineProps) {
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group is not interactive
    <g className={className} data-id={id} role="img" aria-label={label} style={{ "--wire-color": color } as Style}>
      {selected ? <path d={line} className={styles.casing} /> : null}
      <path d={line} className="react-flow__edge-path" />
      {near ? (
        <path d={line} className="react-flow__edge-interaction" fill="none" strokeOpacity={0} strokeWidth={16} />
      ) : null}
    </g>
  );
});

type Style = React.CSSProperties;
type Standings = ReadonlyMap<string, { node: FlowNode; position: { x: number; y: number } }>;

/** How each wire is drawn now, as its classes. */
function useClasses(standing: Standings): (edge: WireEdge) => string {
  const path = useWorkspace((state) => state.path);
  const running = useRuns(
    useShallow((runs) =>
      Object.entries(runs.view?.nodes ?? {}).flatMap(([id, step]) => (step.state === "running" ? [id] : [])),
    ),
  );
  const glowing = useDragging((state) => state.wire);
  const lifted = useConnecting((state) => state.lifted);
  const idle = useIdleNodes();
  return useMemo(() => {
    const up = new Set(lifted.map(wireId));
    const busy = new Set(running);
    const muted = (id: string) => {
      const node = standing.get(id)?.node;
      return node?.type === "step" && node.data.source.mode === "muted";
    };
    return (edge) => {
      const { id, source, target, className } = edge;
      const classes = ["react-flow__edge", "nopan", styles.wire, className];
      if (edge.selectable !== false) classes.push("selectable");
      if (id === glowing) classes.push(styles.glows);
      if (up.has(id)) classes.push(styles.lifted);
      if (edge.selected === true) classes.push(styles.selected);
      if (busy.has(runIdOf(path, target))) classes.push(styles.running);
      if (muted(source) || muted(target) || idle.has(source) || idle.has(target)) classes.push(styles.idle);
      return classes.filter(Boolean).join(" ");
    };
  }, [standing, path, running, glowing, lifted, idle]);
}

function wireAt(event: React.MouseEvent): Element | null {
  return (event.target as Element).closest("[data-id]");
}

/** What a pointer does to wires. One set of listeners serves them all. */
function useHands(edges: readonly WireEdge[]) {
  const store = useStoreApi();
  return useMemo(() => {
    const under = (event: React.MouseEvent): WireEdge | undefined => {
      const id = wireAt(event)?.getAttribute("data-id");
      return edges.find((edge) => edge.id === id && edge.selectable !== false);
    };
    const place = ({ clientX, clientY }: React.MouseEvent) => viewport()?.toCanvas({ x: clientX, y: clientY });
    return {
      onClick: (event: React.MouseEvent) => {
        const edge = under(event);
        if (edge === undefined) return;
        const { addSelectedEdges, unselectNodesAndEdges, multiSelectionActive } = store.getState();
        store.setState({ nodesSelectionActive: false });
        if (edge.selected && multiSelectionActive) unselectNodesAndEdges({ nodes: [], edges: [edge] });
        else addSelectedEdges([edge.id]);
        if (event.altKey) rerouteAt(edge.id, place(event));
      },
      onDoubleClick: (event: React.MouseEvent) => {
        const edge = under(event);
        // With Alt, each of the two clicks has put its dot already.
        if (edge !== undefined && !event.altKey) rerouteAt(edge.id, place(event));
      },
      onContextMenu: (event: React.MouseEvent) => {
        const edge = under(event);
        if (edge === undefined) return;
        event.preventDefault();
        const { clientX: x, clientY: y } = event;
        openWireMenu({ kind: "wire", wire: edge.id, position: place(event) ?? [0, 0], x, y });
      },
      onPointerOver: (event: React.PointerEvent) => {
        // A finger that taps is not over the wire first: the button would come under it and be what it taps.
        if (event.pointerType !== "mouse") return;
        const wire = under(event)?.id;
        if (wire !== undefined && useHoveredWire.getState().wire !== wire) useHoveredWire.setState({ wire });
      },
      onPointerOut: (event: React.PointerEvent) => {
        const to = event.relatedTarget;
        // From the line to the broad one around it.
        if (to instanceof Element && event.currentTarget.contains(to) && to.closest("[data-id]") === wireAt(event))
          return;
        leaveWire(event);
      },
    };
  }, [edges, store]);
}

/** React Flow does not draw the wires, but it selects them: with a box, and instead of nodes. */
function useKnownToFlow(edges: readonly WireEdge[]): void {
  const store = useStoreApi();
  useEffect(() => {
    const { edgeLookup } = store.getState();
    edgeLookup.clear();
    for (const edge of edges) edgeLookup.set(edge.id, edge);
  }, [edges, store]);
  useEffect(() => {
    const { resetSelectedElements } = store.getState();
    const connectionLookup = new WiresOfNodes();
    store.setState({
      connectionLookup,
      resetSelectedElements: () => {
        resetSelectedElements();
        const { edgeLookup, triggerEdgeChanges } = store.getState();
        const chosen = [...edgeLookup.values()].filter((edge) => edge.selected);
        triggerEdgeChanges(chosen.map(({ id }) => ({ id, type: "select", selected: false })));
      },
    });
  }, [store]);
}

type Connections = ReturnType<typeof useStoreApi>["getState"] extends () => {
  connectionLookup: Map<string, infer Each>;
}
  ? Each
  : never;

/** The wires of each node as React Flow asks for them, read from the document instead of kept. */
class WiresOfNodes extends Map<string, Connections> {
  override get(node: string): Connections {
    const document = currentDocument();
    const wires = [...incomingWires(document, node).values(), ...outgoingWires(document, node)];
    return new Map(
      wires.map((wire) => {
        const [source, sourceHandle] = wire.from;
        const [target, targetHandle] = wire.to;
        return [wireId(wire), { edgeId: wireId(wire), source, sourceHandle, target, targetHandle }];
      }),
    );
  }
}
