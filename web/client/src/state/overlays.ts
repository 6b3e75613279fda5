/** What lies over the canvas: the palette, the picture viewer, the queue, batches, help. */

import { create } from "zustand";
import type { LooseEnd } from "@/graph/connect";
import type { Picture } from "./pictures";

export interface PaletteRequest {
  /** Where the palette opens, in the window. */
  screen: { x: number; y: number };
  /** Where the node goes, on the canvas. */
  position: [number, number];
  /** A wire that waits for its other end. */
  loose: LooseEnd | null;
}

interface Overlays {
  palette: PaletteRequest | null;
  viewer: Picture | null;
  /** The pictures that ← and → go through; null: those of the strip. */
  viewerAmong: readonly Picture[] | null;
  queue: boolean;
  batchDialog: boolean;
  /** The batch whose grid is open. */
  batchGrid: string | null;
  help: boolean;
}

export const useOverlays = create<Overlays>(() => ({
  palette: null,
  viewer: null,
  viewerAmong: null,
  queue: false,
  batchDialog: false,
  batchGrid: null,
  help: false,
}));

export function openPalette(palette: PaletteRequest): void {
  useOverlays.setState({ palette });
}

/** Show a picture large; ← and → go through `among`, or through the strip. */
export function openViewer(viewer: Picture | null, among: readonly Picture[] | null = null): void {
  useOverlays.setState({ viewer, viewerAmong: among });
}

export function toggleQueue(): void {
  useOverlays.setState((state) => ({ queue: !state.queue }));
}
