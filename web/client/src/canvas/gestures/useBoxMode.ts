/**
 * A box drawn to the right takes what it encloses; one drawn to the left takes what it touches. With the tool for
 * selecting, one finger draws the box too, and a second one makes it a pinch.
 */

import { SelectionMode, useStoreApi } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

const MIDDLE = [1, 2];

/** The mode and what pans for `<ReactFlow>`, and what the element around it listens with. */
export function useBoxMode(selects: boolean) {
  const [mode, setMode] = useState(SelectionMode.Partial);
  const start = useRef<number | null>(null);
  const alone = useLoneFinger(selects);
  return {
    selectionMode: mode,
    // React Flow gives a finger to panning whatever else is asked for, unless nothing pans at all.
    panOnDrag: selects ? (alone ? false : MIDDLE) : true,
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

/** Whether one finger, and nothing else, is on the screen. Known before anybody else hears of the press. */
function useLoneFinger(selects: boolean): boolean {
  const [alone, setAlone] = useState(false);
  const store = useStoreApi();
  useEffect(() => {
    if (!selects) return;
    const down = (event: PointerEvent) => {
      const first = event.pointerType === "touch" && event.isPrimary;
      flushSync(() => setAlone(first));
      if (!event.isPrimary) store.setState({ userSelectionActive: false, userSelectionRect: null });
    };
    addEventListener("pointerdown", down, true);
    return () => removeEventListener("pointerdown", down, true);
  }, [selects, store]);
  return alone;
}
