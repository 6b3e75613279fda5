/** The model files that the server has: their names at once, what they are as the headers are read. */

import { create } from "zustand";
import { ApiError } from "@/api/client";
import { getModels } from "@/api/models";
import type { ModelKind } from "@/api/types";

interface Models {
  /** Null before the first answer. */
  kinds: readonly ModelKind[] | null;
  failed: boolean;
}

export const useModels = create<Models>(() => ({ kinds: null, failed: false }));

const TRIES = 20;
const PAUSE_MS = 1500;
let asked = 0;

/** Ask for the list again. A later call ends an earlier one. */
export async function loadModels(): Promise<void> {
  asked += 1;
  const mine = asked;
  try {
    for (let turn = 0; turn < TRIES && mine === asked; turn += 1) {
      // The first answer reads no header, so that the names are there at once.
      const { kinds, complete } = await getModels(turn > 0);
      if (mine !== asked) return;
      useModels.setState({ kinds, failed: false });
      if (complete) return;
      // A worker that starts, or that knows no models, is asked again after a while.
      if (turn > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (mine === asked) useModels.setState({ failed: true });
  }
}

/** Stop asking for what is not known yet. */
export function stopLoadingModels(): void {
  asked += 1;
}
