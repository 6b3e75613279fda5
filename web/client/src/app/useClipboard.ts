/** The selection travels as text on the system clipboard. Paste with Shift keeps wires from outside. */

import { useEffect } from "react";
import { deleteSelected } from "@/canvas/commands/edit";
import { t } from "@/i18n/i18n";
import { looksLikeWorkflow, pasteAny, selectionText } from "@/state/actions/clipboard";
import { pastePicture, pictureIn } from "@/state/actions/placePicture";
import { notify } from "@/state/page/notices";
import { meansCanvas } from "./commands/useKeys";

/** Whether words of a message are marked: copying means them, not nodes. A prompt left marked elsewhere does not count. */
function readsMessage(): boolean {
  const marked = getSelection();
  return marked?.isCollapsed === false && marked.anchorNode?.parentElement?.closest("[role=alert]") != null;
}

let pasteKeepsInputs = false;

export function useClipboard(): void {
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      const text = !meansCanvas(event.target) || readsMessage() ? null : selectionText();
      if (text === null) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
      if (event.type === "cut") deleteSelected();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (!meansCanvas(event.target)) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const picture = pictureIn(event.clipboardData);
      if (picture !== null && !looksLikeWorkflow(text)) {
        event.preventDefault();
        void pastePicture(picture);
        return;
      }
      if (!looksLikeWorkflow(text)) return;
      event.preventDefault();
      void pasteAny(text, pasteKeepsInputs).then((pasted) => pasted || notify("info", t("clipboard.nothing")));
    };
    const onShift = (event: KeyboardEvent) => {
      pasteKeepsInputs = event.shiftKey;
    };
    addEventListener("keydown", onShift, true);
    addEventListener("copy", onCopy);
    addEventListener("cut", onCopy);
    addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onShift, true);
      removeEventListener("copy", onCopy);
      removeEventListener("cut", onCopy);
      removeEventListener("paste", onPaste);
    };
  }, []);
}
