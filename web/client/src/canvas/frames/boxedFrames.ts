/**
 * A box that is drawn takes a frame only when it encloses it whole, whichever way it is drawn: a frame lies around
 * others, and is touched by every box that is begun inside it. React Flow would take it as it takes nodes.
 */

import { type NodeChange, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect } from "react";
import type { FlowNode } from "@/canvas/model/flowModel";

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Whether a box on the screen encloses what stands on the canvas, seen through `transform`. */
export function encloses(box: Rect, [left, top, zoom]: readonly [number, number, number], inner: Rect): boolean {
  const [x, y] = [inner.x * zoom + left, inner.y * zoom + top];
  const [right, bottom] = [x + inner.width * zoom, y + inner.height * zoom];
  return x >= box.x && y >= box.y && right <= box.x + box.width && bottom <= box.y + box.height;
}

/** Selects the frames in a box while it is drawn. Answers what React Flow may change of the nodes meanwhile. */
export function useBoxedFrames(setNodes: React.Dispatch<React.SetStateAction<FlowNode[]>>) {
  const store = useStoreApi<FlowNode>();
  useEffect(
    () =>
      store.subscribe(({ userSelectionRect: box, transform }, before) => {
        if (box === null || box === before.userSelectionRect) return;
        setNodes((nodes) => withFrames(nodes, (frame) => encloses(box, transform, frame)));
      }),
    [store, setNodes],
  );
  return useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const { userSelectionRect, nodeLookup } = store.getState();
      if (userSelectionRect === null) return changes;
      return changes.filter((change) => change.type !== "select" || nodeLookup.get(change.id)?.type !== "frame");
    },
    [store],
  );
}

/** The same list while no frame changes. */
function withFrames(nodes: FlowNode[], taken: (frame: Rect) => boolean): FlowNode[] {
  const changed = new Set(
    nodes.filter((node) => {
      if (node.type !== "frame") return false;
      const { position, width = 0, height = 0 } = node;
      return taken({ ...position, width, height }) !== (node.selected === true);
    }),
  );
  if (changed.size === 0) return nodes;
  return nodes.map((node) => (changed.has(node) ? { ...node, selected: node.selected !== true } : node));
}
