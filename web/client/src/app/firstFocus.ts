/** When a template opens, its prompt is ready to be typed over. */

import { useEffect } from "react";
import { positivePrompt } from "@/graph/positivePrompt";
import { useCatalogue } from "@/state/nodes/catalogue";
import { currentDocument, useWorkspace } from "@/state/workflow/workspace";

/** A busy machine takes its time to draw the first node. */
const LONGEST_MS = 5000;

/** Focus and select the prompt of a freshly opened workflow, unless the person is already somewhere else or was here before. */
export function useFirstFocus(): void {
  const opened = useWorkspace((state) => state.opened);
  const loaded = useCatalogue((state) => state.loaded);
  useEffect(() => {
    if (opened === 0 || !loaded || !useWorkspace.getState().fresh) return;
    const end = performance.now() + LONGEST_MS;
    let frame = 0;
    const look = () => {
      const node = positivePrompt(currentDocument());
      const busy = document.activeElement !== document.body && document.activeElement !== null;
      if (node === null || busy) return;
      const field = document.querySelector<HTMLTextAreaElement>(`[data-node="${CSS.escape(node)}"] textarea`);
      if (field === null) {
        if (performance.now() < end) frame = requestAnimationFrame(look);
        return;
      }
      field.focus({ preventScroll: true });
      field.select();
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [opened, loaded]);
}
