/** The sub-graph whose outside is being edited: its title, its sockets and the settings it shows. */

import { create } from "zustand";

export const useFaces = create<{ definition: string | null }>(() => ({ definition: null }));

export function openFaces(definition: string | null): void {
  useFaces.setState({ definition });
}
