/** How often a person wants to see the picture that forms. */

import { useSyncExternalStore } from "react";
import { type Previews, usePreferences } from "@/state/page/preferences";

const STILL = "(prefers-reduced-motion: reduce)";

/** What was chosen; else fewer where the system asks for less motion. */
export function wantedPreviews(): Previews {
  const still = globalThis.matchMedia?.(STILL).matches === true;
  return usePreferences.getState().previews ?? (still ? "fewer" : "all");
}

/** Call back when it may have changed. Returns how to stop. */
export function watchPreviews(changed: () => void): () => void {
  const media = globalThis.matchMedia?.(STILL);
  media?.addEventListener("change", changed);
  const end = usePreferences.subscribe(changed);
  return () => {
    media?.removeEventListener("change", changed);
    end();
  };
}

/** The same inside components. */
export function useWantedPreviews(): Previews {
  return useSyncExternalStore(watchPreviews, wantedPreviews);
}
