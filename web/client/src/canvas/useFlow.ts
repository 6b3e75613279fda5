/** Keeps React Flow's nodes and edges in step with the document, and turns its gestures into commands. */

import {
  applyEdgeChanges,
  applyNodeChanges,
  type EdgeChange,
  type NodeChange,
  type OnSelectionChangeParams,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { move } from "@/graph/commands/nodes";
import { nodeIndex } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { useKnownTypes } from "@/state/catalogue";
import { openNodeMenu } from "@/state/nodeMenu";
import { useSelection } from "@/state/selection";
import { run, useWorkspace } from "@/state/workspace";
import { type FlowNode, flowEdges, flowNodes, type WireEdge } from "./flowModel";
import { type Carried, carriedBy, carry } from "./frames";

/** Props for `<ReactFlow>`. */
export function useFlow() {
  const { t } = useWords();
  const document = useWorkspace((state) => state.history.document);
  const catalogue = useKnownTypes();
  const [nodes, setNodes] = useState<FlowNode[]>([]);
  const [edges, setEdges] = useState<WireEdge[]>([]);
  const carried = useRef<Carried | null>(null);

  useEffect(() => {
    const label = (node: Parameters<typeof nodeTitle>[1]) =>
      t("node.aria", { title: nodeTitle(t, node, catalogue.get(node.type)) });
    setNodes((before) => flowNodes(document, catalogue, before, label));
    setEdges((before) => flowEdges(document, catalogue, nodeIndex(document), before));
  }, [document, catalogue, t]);

  useFollowedSelection(setNodes, setEdges);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    setNodes((before) => applyNodeChanges(carry(changes, carried.current), before));
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<WireEdge>[]) => {
    setEdges((before) => applyEdgeChanges(changes, before));
  }, []);

  const gestures = useMemo(
    () => ({
      onNodeDragStart: (_: unknown, __: FlowNode, dragged: FlowNode[]) => {
        carried.current = carriedBy(dragged);
      },
      onNodeDragStop: (_: unknown, __: FlowNode, dragged: FlowNode[]) => {
        commitPositions(dragged, carried.current);
        carried.current = null;
      },
      onSelectionDragStart: (_: unknown, dragged: FlowNode[]) => {
        carried.current = carriedBy(dragged);
      },
      onSelectionDragStop: (_: unknown, dragged: FlowNode[]) => {
        commitPositions(dragged, carried.current);
        carried.current = null;
      },
      onSelectionChange: ({ nodes: chosen, edges: wires }: OnSelectionChangeParams) => {
        useSelection.setState({ nodes: chosen.map((node) => node.id), wires: wires.map((wire) => wire.id) });
      },
      onNodeContextMenu: (event: React.MouseEvent, node: FlowNode) => {
        const target = event.target as HTMLElement;
        if (node.type !== "step" || target.closest("input, textarea, select") !== null) return;
        event.preventDefault();
        openNodeMenu({ node: node.id, x: event.clientX, y: event.clientY });
      },
    }),
    [],
  );

  return { nodes, edges, onNodesChange, onEdgesChange, ...gestures };
}

function commitPositions(dragged: readonly FlowNode[], carried: Carried | null): void {
  const positions = new Map<string, [number, number]>();
  for (const node of dragged) {
    const { x, y } = node.position;
    positions.set(node.id, [x, y]);
    const start = carried?.frames.get(node.id);
    if (carried === null || start === undefined) continue;
    for (const [id, from] of start.nodes) {
      positions.set(id, [from[0] + x - start.from[0], from[1] + y - start.from[1]]);
    }
  }
  run(move(positions));
}

/** Selection that the page asked for (paste, select all, a jump to a problem) reaches React Flow here. */
function useFollowedSelection(
  setNodes: React.Dispatch<React.SetStateAction<FlowNode[]>>,
  setEdges: React.Dispatch<React.SetStateAction<WireEdge[]>>,
): void {
  const asked = useSelection((state) => state.asked);
  useEffect(() => {
    if (asked === 0) return;
    const chosen = new Set(useSelection.getState().nodes);
    setNodes((before) =>
      before.map((node) => (node.selected === chosen.has(node.id) ? node : { ...node, selected: chosen.has(node.id) })),
    );
    setEdges((before) => before.map((edge) => (edge.selected ? { ...edge, selected: false } : edge)));
  }, [asked, setNodes, setEdges]);
}
