/** A layout that is shown before it is taken: ghosts of the nodes where they would go. */

import { create } from "zustand";
import type { Layout } from "@/graph/layout";

export const useLayoutPreview = create<{ layout: Layout | null }>(() => ({ layout: null }));
