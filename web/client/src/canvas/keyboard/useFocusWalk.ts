/**
 * The keyboard on the canvas: one tab stop with three levels. On a node, arrows follow wires and columns; Enter goes
 * in, where arrows walk sockets and controls as one list; Enter on a control edits it; Esc steps out again.
 */

import { useEffect } from "react";
import { create } from "zustand";
import { movesByKeys } from "@/canvas/commands/selection";
import { shape } from "@/canvas/model/shape";
import { detailAt } from "@/canvas/view/detail";
import { nodeIndex } from "@/graph/document";
import { beside, downstream, runOrder, upstream } from "@/graph/walk";
import { viewport } from "@/state/canvas/viewport";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument } from "@/state/workflow/workspace";

/** The node that Tab comes back to, and nodes to choose from where a wire forks. */
export const useFocusWalkState = create<{ last: string | null; fork: Fork | null }>(() => ({ last: null, fork: null }));

export interface Fork {
  nodes: readonly string[];
  x: number;
  y: number;
}

const NODE = ".react-flow__node";

function nodeElement(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`${NODE}[data-id="${CSS.escape(id)}"]`);
}

/** Give a node the keyboard and select it; the view moves only if it would be hidden. */
export function focusNode(id: string): void {
  selectNodes([id]);
  viewport()?.reveal(id);
  useFocusWalkState.setState({ last: id, fork: null });
  nodeElement(id)?.focus({ preventScroll: true });
}

/** The node that Tab enters at: the last one, the selected one, or the first in run order. */
function entry(): string | undefined {
  const nodes = nodeIndex(currentDocument());
  const { last } = useFocusWalkState.getState();
  if (last !== null && nodes.has(last)) return last;
  const chosen = useSelection.getState().nodes.find((id) => nodes.has(id));
  return chosen ?? runOrder(currentDocument())[0];
}

function along(id: string, key: string): void {
  const document = currentDocument();
  if (key === "ArrowUp" || key === "ArrowDown") {
    const next = beside(document, id, key === "ArrowDown" ? 1 : -1, shape);
    if (next !== undefined) focusNode(next);
    return;
  }
  const nodes = key === "ArrowRight" ? downstream(document, id) : upstream(document, id);
  const [only, ...more] = nodes;
  if (only === undefined) return;
  if (more.length === 0) focusNode(only);
  else {
    const box = nodeElement(id)?.getBoundingClientRect();
    const x = key === "ArrowRight" ? (box?.right ?? 0) + 8 : (box?.left ?? 0) - 248;
    useFocusWalkState.setState({ fork: { nodes, x, y: box?.top ?? 0 } });
  }
}

/** Sockets, controls and buttons of a node, from the top: what the list inside it holds. */
function listOf(node: HTMLElement): HTMLElement[] {
  const items = [...node.querySelectorAll<HTMLElement>("[data-socket], [data-input]")];
  return items.sort((a, b) => {
    const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    return one.top - two.top || one.left - two.left;
  });
}

/** A node that somebody goes into before its list is drawn: a node that has just come is a block at first. */
let entering: HTMLElement | null = null;

function goIn(node: HTMLElement, frames = 120): void {
  const id = node.dataset.id ?? "";
  entering = null;
  if (detailAt(viewport()?.view().zoom ?? 1) !== "full") {
    viewport()?.fit([id]);
    return;
  }
  const [first] = listOf(node);
  if (first !== undefined) first.focus();
  else if (frames > 0 && document.activeElement === node) {
    entering = node;
    requestAnimationFrame(() => {
      if (entering === node) goIn(node, frames - 1);
    });
  }
}

function onNode(event: KeyboardEvent, node: HTMLElement): boolean {
  const id = node.dataset.id ?? "";
  if (movesByKeys()) return false;
  if (event.key === "Escape") entering = null;
  if (entering === node) return true;
  if (event.ctrlKey || event.metaKey) {
    if (event.key !== "Home" && event.key !== "End") return false;
    const order = runOrder(currentDocument());
    const goal = event.key === "Home" ? order[0] : order.at(-1);
    if (goal !== undefined) focusNode(goal);
    return true;
  }
  if (event.altKey || event.shiftKey) return false;
  if (event.key.startsWith("Arrow")) along(id, event.key);
  // A comment has nothing to go into: there, Enter writes.
  else if (event.key === "Enter" && node.classList.contains("react-flow__node-comment")) return false;
  else if (event.key === "Enter") {
    selectNodes([id]);
    goIn(node);
  } else if (event.key === " ") {
    const { nodes } = useSelection.getState();
    selectNodes(nodes.includes(id) ? nodes.filter((other) => other !== id) : [...nodes, id]);
  } else return false;
  return true;
}

/** On a socket or a row: up and down walk the list, Enter edits, Esc steps out to the node. */
function onItem(event: KeyboardEvent, item: HTMLElement, node: HTMLElement): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const items = listOf(node);
  const at = items.indexOf(item);
  if (event.key === "ArrowDown" || event.key === "ArrowRight") items[Math.min(at + 1, items.length - 1)]?.focus();
  else if (event.key === "ArrowUp" || event.key === "ArrowLeft") items[Math.max(at - 1, 0)]?.focus();
  else if (event.key === "Home") items[0]?.focus();
  else if (event.key === "End") items.at(-1)?.focus();
  else if (event.key === "Escape") node.focus({ preventScroll: true });
  else if (event.key === "Enter" && item.dataset.input !== undefined) controlIn(item)?.focus();
  else return false;
  return true;
}

function controlIn(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>("textarea, input, select, [role=switch], button:not([tabindex='-1'])");
}

/** In a control: Esc steps out to its row. */
function onControl(event: KeyboardEvent, row: HTMLElement): boolean {
  if (event.key !== "Escape") return false;
  row.focus({ preventScroll: true });
  return true;
}

/** Tab from the last control, or from the node itself, leaves the canvas: the sentinels before and after it let go. */
function leave(event: KeyboardEvent, canvas: HTMLElement, node: HTMLElement, on: HTMLElement): boolean {
  if (on !== node && on.dataset.socket === undefined && on.dataset.input === undefined) {
    const stops = [...node.querySelectorAll<HTMLElement>("textarea, input, select, button, [tabindex='0']")].filter(
      (element) => element.tabIndex >= 0 && element.getClientRects().length > 0,
    );
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (on !== edge) return false;
  }
  const [before, after] = canvas.querySelectorAll<HTMLElement>("[data-sentinel]");
  leaving = true;
  (event.shiftKey ? before : after)?.focus();
  leaving = false;
  return false;
}

let leaving = false;

/** Focus on a sentinel comes from outside: it goes on to the node that had it last. */
export function enterCanvas(): void {
  if (leaving) return;
  const id = entry();
  if (id !== undefined) nodeElement(id)?.focus({ preventScroll: true });
}

function onKeyDown(this: HTMLElement, event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
  const { target } = event;
  const node = target.closest<HTMLElement>(NODE);
  if (node === null || target.closest("[role=menu], [role=dialog]") !== null) return;
  if (event.key === "Tab") {
    leave(event, this, node, target);
    return;
  }
  const row = target.closest<HTMLElement>("[data-input]");
  const handled =
    target === node
      ? onNode(event, node)
      : target.dataset.socket !== undefined || target === row
        ? onItem(event, target, node)
        : row !== null && onControl(event, row);
  if (!handled) return;
  event.preventDefault();
  event.stopPropagation();
}

function onFocusIn(event: FocusEvent): void {
  const node = event.target instanceof Element ? event.target.closest<HTMLElement>(NODE) : null;
  if (node?.dataset.id !== undefined) useFocusWalkState.setState({ last: node.dataset.id });
}

/** Let the keyboard walk the graph inside `canvas`. */
export function useFocusWalk(canvas: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    element.addEventListener("keydown", onKeyDown);
    element.addEventListener("focusin", onFocusIn);
    return () => {
      element.removeEventListener("keydown", onKeyDown);
      element.removeEventListener("focusin", onFocusIn);
    };
  }, [canvas]);
}
