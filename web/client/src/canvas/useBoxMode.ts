/** A box drawn to the right takes what it encloses; one drawn to the left takes what it touches. */

import { SelectionMode } from "@xyflow/react";
import { useRef, useState } from "react";

/** The mode for `<ReactFlow>`, and what the element around it listens with. */
export function useBoxMode() {
  const [mode, setMode] = useState(SelectionMode.Partial);
  const start = useRef<number | null>(null);
  return {
    selectionMode: mode,
    listeners: {
      onPointerDownCapture: (event: React.PointerEvent) => {
        start.current = event.button === 0 ? event.clientX : null;
      },
      onPointerMoveCapture: (event: React.PointerEvent) => {
        if (start.current === null || event.buttons !== 1 || event.clientX === start.current) return;
        setMode(event.clientX > start.current ? SelectionMode.Full : SelectionMode.Partial);
      },
    },
  };
}
