/** Runs that begin by themselves: after each change, or one after another. */

import { create } from "zustand";

export type AutoRun = "off" | "change" | "forever";

export const useAutoRun = create<{ mode: AutoRun }>(() => ({ mode: "off" }));
