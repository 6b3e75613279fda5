/** The window's width in CSS pixels. */

import { useSyncExternalStore } from "react";

function follow(told: () => void): () => void {
  addEventListener("resize", told);
  return () => removeEventListener("resize", told);
}

export function useWidth(): number {
  return useSyncExternalStore(follow, () => innerWidth);
}
