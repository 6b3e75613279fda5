/** The panels at the sides: what there is, which are open, which are pinned beside the canvas. */

import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import { create } from "zustand";

export type Side = "left" | "right";

export interface Panel {
  /** Stable: it is remembered under it, and `panel.<id>` is its command. */
  id: string;
  /** A key of the page's words; for a plug-in's panel, the words themselves. */
  title: string;
  icon: LucideIcon;
  side: Side;
  /** Its button stands at the foot of the rail. */
  foot?: boolean;
  /** The key that opens and closes it, such as "Q". */
  key?: string;
  /** Width in CSS pixels until the person chooses another; 280 unless told. */
  width?: number;
  /** The content, fetched when it is first opened. The frame around it has the title and the buttons. */
  load: () => Promise<{ default: ComponentType }>;
}

interface SideState {
  open: string | null;
  pinned: boolean;
}

interface Panels {
  list: readonly Panel[];
  left: SideState;
  right: SideState;
  /** Widths that the person chose, by panel. */
  widths: Readonly<Record<string, number>>;
}

const KEY = "noiseloom.panels";
/** A window this wide has room for a panel beside the canvas from the start. */
const WIDE = 1600;

function remembered(): Partial<Panels> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Panels>;
  } catch {
    return {};
  }
}

const before = remembered();
const side = (known: SideState | undefined): SideState => ({
  open: known?.pinned === true ? known.open : null,
  pinned: known?.pinned ?? innerWidth >= WIDE,
});

export const usePanels = create<Panels>(() => ({
  list: [],
  left: side(before.left),
  right: side(before.right),
  widths: before.widths ?? {},
}));

function change(part: Partial<Panels>): void {
  usePanels.setState(part);
  const { left, right, widths } = usePanels.getState();
  try {
    localStorage.setItem(KEY, JSON.stringify({ left, right, widths }));
  } catch {
    // Without storage the panels are remembered as long as the page lasts.
  }
}

/** Add panels. Returns how to take them away. */
export function registerPanels(panels: readonly Panel[]): () => void {
  usePanels.setState((state) => ({ list: [...state.list, ...panels] }));
  return () => usePanels.setState((state) => ({ list: state.list.filter((panel) => !panels.includes(panel)) }));
}

function sideOf(id: string): Side {
  return usePanels.getState().list.find((panel) => panel.id === id)?.side ?? "left";
}

export function openPanel(id: string): void {
  const at = sideOf(id);
  change({ [at]: { ...usePanels.getState()[at], open: id } });
}

export function closePanel(id: string): void {
  const at = sideOf(id);
  const { open, pinned } = usePanels.getState()[at];
  if (open === id) change({ [at]: { open: null, pinned } });
}

export function togglePanel(id: string): void {
  if (isOpen(id)) closePanel(id);
  else openPanel(id);
}

export function isOpen(id: string): boolean {
  return usePanels.getState()[sideOf(id)].open === id;
}

/** Pin a side's panel beside the canvas, or let it lie over it. */
export function pinPanel(at: Side, pinned: boolean): void {
  change({ [at]: { ...usePanels.getState()[at], pinned } });
}

export function widenPanel(id: string, width: number): void {
  change({ widths: { ...usePanels.getState().widths, [id]: Math.round(Math.min(Math.max(width, 240), 640)) } });
}

/** Close the panels of both sides, or open again those that this closed. */
export function hidePanels(): void {
  const { left, right } = usePanels.getState();
  const shown = { left: left.open, right: right.open };
  const open = shown.left !== null || shown.right !== null;
  const next = open ? { left: null, right: null } : hidden;
  if (open) hidden = shown;
  change({ left: { ...left, open: next.left }, right: { ...right, open: next.right } });
}

let hidden: { left: string | null; right: string | null } = { left: null, right: null };

/** Close what lies over the canvas. Says whether anything did. */
export function closeOverlays(): boolean {
  const { left, right } = usePanels.getState();
  const over = [left, right].some(({ open, pinned }) => open !== null && !pinned);
  if (over) {
    change({
      left: left.pinned ? left : { ...left, open: null },
      right: right.pinned ? right : { ...right, open: null },
    });
  }
  return over;
}
