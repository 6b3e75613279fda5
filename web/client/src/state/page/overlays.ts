/** What lies over the canvas: the palette, the picture viewer, batches, help. Panels are in `panels.ts`. */

import { create } from "zustand";
import type { LooseEnd } from "@/graph/connect";
import type { Wire } from "@/graph/document";
import type { Picture } from "@/state/pictures/pictures";

export interface PaletteRequest {
  /** Where the palette opens, in the window. */
  screen: { x: number; y: number };
  /** Where the node goes, on the canvas. */
  position: [number, number];
  /** A wire that waits for its other end. */
  loose: LooseEnd | null;
  /** Wires that were picked up: they move to the new node. Delete drops them. */
  lifted?: readonly Wire[];
  /** The wire that the node is put into. */
  into?: Wire;
  /** The node whose place another one takes. */
  swap?: string;
}

export type SettingsPage = "look" | "work" | "keys" | "extensions";

interface Overlays {
  palette: PaletteRequest | null;
  viewer: Picture | null;
  /** The pictures that ← and → go through; null: those of the strip. */
  viewerAmong: readonly Picture[] | null;
  batchDialog: boolean;
  /** The batch whose grid is open. */
  batchGrid: string | null;
  /** The command palette. */
  commands: boolean;
  /** The open page of the settings. */
  settings: SettingsPage | null;
  help: boolean;
}

export const useOverlays = create<Overlays>(() => ({
  palette: null,
  viewer: null,
  viewerAmong: null,
  batchDialog: false,
  batchGrid: null,
  commands: false,
  settings: null,
  help: false,
}));

export function openPalette(palette: PaletteRequest): void {
  useOverlays.setState({ palette });
}

/** Show a picture large; ← and → go through `among`, or through the strip. */
export function openViewer(viewer: Picture | null, among: readonly Picture[] | null = null): void {
  useOverlays.setState({ viewer, viewerAmong: among });
}
