/** Tools of the mask editor and how they are set. They stay as they are from picture to picture. */

import { create } from "zustand";

export const TOOLS = ["brush", "erase", "fill", "lasso", "shape", "hand"] as const;
export type Tool = (typeof TOOLS)[number];

export interface MaskSettings {
  tool: Tool;
  /** Diameter in pixels of the picture. */
  size: number;
  /** Percent. */
  hardness: number;
  opacity: number;
  tolerance: number;
  feather: number;
  grow: number;
  shape: "rectangle" | "ellipse";
  pressure: "size" | "opacity" | "none";
  overlay: "hatch" | "plain";
  /** Shows the mask without the picture. */
  alone: boolean;
}

export const useMaskSettings = create<MaskSettings>(() => ({
  tool: "brush",
  size: 48,
  hardness: 80,
  opacity: 100,
  tolerance: 12,
  feather: 4,
  grow: 4,
  shape: "rectangle",
  pressure: "size",
  overlay: "hatch",
  alone: false,
}));

export const LARGEST = 1024;

export function setMask(change: Partial<MaskSettings>): void {
  useMaskSettings.setState(change);
}

export function maskSettings(): MaskSettings {
  return useMaskSettings.getState();
}

/** A larger or smaller brush: by a tenth, and by at least a pixel. */
export function changeSize(direction: 1 | -1): void {
  const { size } = maskSettings();
  const step = Math.max(1, Math.round(size * 0.1));
  setMask({ size: Math.min(LARGEST, Math.max(1, size + direction * step)) });
}

export function changeHardness(direction: 1 | -1): void {
  setMask({ hardness: Math.min(100, Math.max(0, maskSettings().hardness + direction * 10)) });
}

/** X: from painting to erasing and back. */
export function swapErase(): void {
  setMask({ tool: maskSettings().tool === "erase" ? "brush" : "erase" });
}
