/** The page's keys. Those with Mod act everywhere; single keys only outside fields. */

import { useEffect } from "react";
import { addFrame } from "@/graph/commands/frames";
import { move, remove, toggleCollapsed, toggleMode, togglePinned } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { disconnect } from "@/graph/commands/wires";
import { freeId, nodeIndex } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { duplicate, pasteText, selectionText } from "@/state/actions/clipboard";
import { chooseFile, saveFile } from "@/state/actions/files";
import { runDocument, stopRun } from "@/state/actions/submit";
import { reloadCatalogue } from "@/state/catalogue";
import { useRenaming } from "@/state/nodeMenu";
import { speak } from "@/state/notices";
import { openPalette, toggleQueue, useOverlays } from "@/state/overlays";
import { prefer, usePreferences } from "@/state/preferences";
import { runCount } from "@/state/runCount";
import { selectNodes, useSelection } from "@/state/selection";
import { viewport } from "@/state/viewport";
import { currentDocument, redoEdit, run, undoEdit } from "@/state/workspace";
import { boundsAround } from "./frameBounds";
import { strokeOf, strokeText } from "./keys";

const MAC = /mac|iphone|ipad/i.test(navigator.platform);

const selected = () => useSelection.getState().nodes;
const onSelected = (act: (ids: readonly string[]) => void) => () => {
  if (selected().length > 0) act(selected());
};

function deleteSelected(): void {
  const { nodes, wires } = useSelection.getState();
  if (nodes.length + wires.length > 0) run(several("delete", [disconnect(wires), remove(nodes)]));
}

function undoAloud(): void {
  undoEdit();
  speak(t("spoken.undone"));
}

function redoAloud(): void {
  redoEdit();
  speak(t("spoken.redone"));
}

function addAtCentre(): void {
  const centre = viewport()?.centre();
  if (centre !== undefined) openPalette({ ...centre, loose: null });
}

/** Esc clears the selection; with none, it closes the queue. */
function clearOrClose(): void {
  const { nodes, wires } = useSelection.getState();
  if (nodes.length + wires.length === 0) useOverlays.setState({ queue: false });
  selectNodes([]);
}

function frameSelected(ids: readonly string[]): void {
  const document = currentDocument();
  const bounds = boundsAround(document, ids);
  if (bounds !== null) run(addFrame({ id: freeFrameId(), title: t("help.frame"), note: "", bounds, color: null }));
}

function freeFrameId(): string {
  const document = currentDocument();
  return freeId(document, "frame", new Set(document.frames.map((frame) => frame.id)));
}

function nudge(dx: number, dy: number): () => void {
  return onSelected((ids) => {
    const nodes = nodeIndex(currentDocument());
    const moved = ids.flatMap((id): [string, [number, number]][] => {
      const node = nodes.get(id);
      return node === undefined ? [] : [[id, [node.position[0] + dx, node.position[1] + dy]]];
    });
    run(move(new Map(moved), "nudge"));
  });
}

/** Act everywhere, fields included. */
const EVERYWHERE: Record<string, () => void> = {
  "mod+Enter": () => void runDocument({ count: runCount() }),
  "mod+shift+Enter": () => void runDocument({ front: true, count: runCount() }),
  "mod+alt+Enter": () => void stopRun(),
  "mod+s": saveFile,
  "mod+o": chooseFile,
};

/** Act where no field holds the keyboard. */
const ON_CANVAS: Record<string, () => void> = {
  "mod+z": undoAloud,
  "mod+shift+z": redoAloud,
  "mod+y": redoAloud,
  "mod+a": () => selectNodes(currentDocument().nodes.map((node) => node.id)),
  "mod+d": onSelected((ids) => duplicate(ids, false)),
  "shift+d": onSelected((ids) => duplicate(ids, false)),
  "mod+shift+d": onSelected((ids) => duplicate(ids, true)),
  "mod+b": onSelected((ids) => run(toggleMode(ids, "bypassed"))),
  "mod+m": onSelected((ids) => run(toggleMode(ids, "muted"))),
  "alt+c": onSelected((ids) => run(toggleCollapsed(ids))),
  p: onSelected((ids) => run(togglePinned(ids))),
  "mod+g": onSelected(frameSelected),
  "shift+Enter": onSelected((ids) => void runDocument({ targets: [...ids] })),
  F2: onSelected(([node]) => useRenaming.setState({ node: node ?? null })),
  "shift+a": addAtCentre,
  Delete: deleteSelected,
  Backspace: deleteSelected,
  f: () => viewport()?.fit(selected().length > 0 ? selected() : undefined),
  ".": () => viewport()?.fit(selected().length > 0 ? selected() : undefined),
  Home: () => viewport()?.fit(),
  "shift+1": () => viewport()?.fit(),
  "shift+0": () => viewport()?.reset(),
  "alt+m": () => prefer({ minimap: !usePreferences.getState().minimap }),
  r: () => void reloadCatalogue().catch(() => undefined),
  "?": () => useOverlays.setState({ help: true }),
  q: toggleQueue,
  Escape: clearOrClose,
  "mod+ArrowLeft": nudge(-8, 0),
  "mod+ArrowRight": nudge(8, 0),
  "mod+ArrowUp": nudge(0, -8),
  "mod+ArrowDown": nudge(0, 8),
};

/** Whether a field or something that lies over the page has the keys. */
function inField(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, dialog, [role=dialog], [role=menu], [data-own-keys]") !== null
  );
}

function onKeyDown(event: KeyboardEvent): void {
  const stroke = strokeOf(event, MAC);
  if (stroke === null) return;
  const text = strokeText(stroke);
  const act = EVERYWHERE[text] ?? (inField(event.target) ? undefined : ON_CANVAS[text]);
  if (act === undefined) {
    focusedNode(event, text);
    return;
  }
  event.preventDefault();
  // A field commits what is typed when it loses focus; a run must see it.
  if (text.endsWith("Enter") && document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
  act();
}

/** Enter or Space on a focused node selects it. */
function focusedNode(event: KeyboardEvent, text: string): void {
  const target = event.target;
  if (!(target instanceof HTMLElement) || !target.classList.contains("react-flow__node")) return;
  const id = target.dataset.id;
  if ((text !== "Enter" && text !== " ") || id === undefined) return;
  event.preventDefault();
  selectNodes([id]);
}

/** Whether words of a message are marked: copying means them, not nodes. A prompt left marked elsewhere does not count. */
function readsMessage(): boolean {
  const marked = getSelection();
  return marked?.isCollapsed === false && marked.anchorNode?.parentElement?.closest("[role=alert]") != null;
}

/** The selection travels as text on the system clipboard. Paste with Shift keeps wires from outside. */
let pasteKeepsInputs = false;

export function useShortcuts(): void {
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      const text = inField(event.target) || readsMessage() ? null : selectionText();
      if (text === null) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
      if (event.type === "cut") deleteSelected();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (inField(event.target)) return;
      if (pasteText(event.clipboardData?.getData("text/plain") ?? "", pasteKeepsInputs)) event.preventDefault();
    };
    const onShift = (event: KeyboardEvent) => {
      pasteKeepsInputs = event.shiftKey;
    };
    addEventListener("keydown", onShift, true);
    addEventListener("keydown", onKeyDown);
    addEventListener("copy", onCopy);
    addEventListener("cut", onCopy);
    addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onShift, true);
      removeEventListener("keydown", onKeyDown);
      removeEventListener("copy", onCopy);
      removeEventListener("cut", onCopy);
      removeEventListener("paste", onPaste);
    };
  }, []);
}
