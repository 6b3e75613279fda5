/** Keeps React Flow's nodes and edges in step with the document, and turns its gestures into commands. */

import {
  applyEdgeChanges,
  applyNodeChanges,
  type EdgeChange,
  type NodeChange,
  type OnSelectionChangeParams,
} from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "react";
import { beginDrag, endDrag, lookUnder } from "@/canvas/drag/nodeDrag";
import { useBoxedFrames } from "@/canvas/frames/boxedFrames";
import { namedEdges } from "@/canvas/wires/namedEdges";
import { type GraphNode, nodeIndex, type Wire } from "@/graph/document";
import type { Catalogue } from "@/graph/spec";
import type { Translate } from "@/i18n/i18n";
import { useWords } from "@/i18n/useWords";
import { nodeTitle, socketType } from "@/i18n/words";
import { useShownName } from "@/state/canvas/naming";
import { openNodeMenu } from "@/state/canvas/nodeMenu";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { useSelection } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { type FlowNode, flowEdges, flowNodes, type WireEdge } from "./flowModel";

/** Props for `<ReactFlow>`, and the wires, which it does not draw. */
export function useFlow() {
  const { t } = useWords();
  const document = useWorkspace((state) => shown(state));
  const catalogue = useKnownTypes();
  const [nodes, setNodes] = useState<FlowNode[]>([]);
  const [edges, setEdges] = useState<WireEdge[]>([]);

  const nodeName = useMemo(() => nodeNames(t, catalogue), [t, catalogue]);
  const wireName = useMemo(() => wireNames(t, catalogue), [t, catalogue]);

  // At once: what a hand has let go must not be seen where it was before.
  useLayoutEffect(() => {
    setNodes((before) => flowNodes(document, catalogue, before, nodeName));
    setEdges((before) => flowEdges(document, catalogue, nodeIndex(document), before, wireName));
  }, [document, catalogue, nodeName, wireName]);

  useFollowedSelection(setNodes, setEdges);
  useSelectedWires(edges);

  const allowed = useBoxedFrames(setNodes);
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const wanted = allowed(changes);
      setNodes((before) => applyNodeChanges(wanted, before));
    },
    [allowed],
  );
  const onEdgesChange = useCallback((changes: EdgeChange<WireEdge>[]) => {
    setEdges((before) => applyEdgeChanges(changes, before));
  }, []);

  const gestures = useMemo(
    () => ({
      onNodeDragStart: (event: MouseEvent | TouchEvent | React.MouseEvent, _: FlowNode, dragged: FlowNode[]) =>
        beginDrag(dragged, event.altKey),
      onNodeDrag: (event: MouseEvent | TouchEvent | React.MouseEvent) => lookUnder(event.altKey),
      onNodeDragStop: endDrag,
      onSelectionDragStart: (event: React.MouseEvent, dragged: FlowNode[]) => beginDrag(dragged, event.altKey),
      onSelectionDrag: (event: React.MouseEvent) => lookUnder(event.altKey),
      onSelectionDragStop: endDrag,
      onSelectionChange: ({ nodes: chosen }: OnSelectionChangeParams) => {
        useSelection.setState({ nodes: chosen.map((node) => node.id) });
      },
      onNodeContextMenu: (event: React.MouseEvent, node: FlowNode) => {
        const target = event.target as HTMLElement;
        if (target.closest("input, textarea, select") !== null) return;
        event.preventDefault();
        openNodeMenu({ node: node.id, x: event.clientX, y: event.clientY });
      },
    }),
    [],
  );

  const name = useShownName((state) => state.name);
  const inFull = useMemo(() => namedEdges(document, catalogue, name), [document, catalogue, name]);

  const drawn = useMemo(() => (inFull.length === 0 ? edges : [...edges, ...inFull]), [edges, inFull]);
  return { flow: { nodes, onNodesChange, onEdgesChange, ...gestures }, edges: drawn };
}

/** The page hears which wires are selected. */
function useSelectedWires(edges: readonly WireEdge[]): void {
  const chosen = useMemo(() => edges.flatMap((edge) => (edge.selected ? [edge.id] : [])), [edges]);
  useEffect(() => {
    const { wires } = useSelection.getState();
    if (wires.length === chosen.length && wires.every((id, at) => id === chosen[at])) return;
    useSelection.setState({ wires: chosen });
  }, [chosen]);
}

/** Selection that the page asked for (paste, select all, a jump to a problem) reaches React Flow here. */
function useFollowedSelection(
  setNodes: React.Dispatch<React.SetStateAction<FlowNode[]>>,
  setEdges: React.Dispatch<React.SetStateAction<WireEdge[]>>,
): void {
  const asked = useSelection((state) => state.asked);
  useEffect(() => {
    if (asked === 0) return;
    const { nodes, wires } = useSelection.getState();
    const chosen = new Set(nodes);
    const chosenWires = new Set(wires);
    setNodes((before) =>
      before.map((node) => (node.selected === chosen.has(node.id) ? node : { ...node, selected: chosen.has(node.id) })),
    );
    setEdges((before) =>
      before.map((edge) => {
        const selected = chosenWires.has(edge.id);
        return (edge.selected ?? false) === selected ? edge : { ...edge, selected };
      }),
    );
  }, [asked, setNodes, setEdges]);
}

/** Names of nodes for screen readers: made once a node, as each stroke of a key asks for all of them. */
function nodeNames(t: Translate, catalogue: Catalogue) {
  const made = new WeakMap<GraphNode, string>();
  return (node: GraphNode): string => {
    const known = made.get(node);
    if (known !== undefined) return known;
    const name = t("node.aria", { title: nodeTitle(t, node, catalogue.get(node.type)) });
    made.set(node, name);
    return name;
  };
}

/** Names of wires for screen readers: made once a wire, and again when one of its nodes is another. */
function wireNames(t: Translate, catalogue: Catalogue) {
  const made = new WeakMap<Wire, { source: GraphNode; target: GraphNode; name: string }>();
  return (wire: Wire, type: string, source: GraphNode, target: GraphNode): string => {
    const known = made.get(wire);
    if (known?.source === source && known.target === target) return known.name;
    const name = t("flow.wire_name", {
      type: socketType(t, type),
      from: nodeTitle(t, source, catalogue.get(source.type)),
      to: nodeTitle(t, target, catalogue.get(target.type)),
    });
    made.set(wire, { source, target, name });
    return name;
  };
}
