/** What lies over the canvas: the palette, the picture viewer, help. */

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
  help: boolean;
}

export const useOverlays = create<Overlays>(() => ({ palette: null, viewer: null, help: false }));

export function openPalette(palette: PaletteRequest): void {
  useOverlays.setState({ palette });
}

export function openViewer(viewer: Picture | null): void {
  useOverlays.setState({ viewer });
}
