/** Everything that belongs to the shown workflow, taken off the page and put back. */

import type { View } from "@/graph/document";
import { viewport } from "@/state/canvas/viewport";
import { usePictures } from "@/state/pictures/pictures";
import { useRuns } from "@/state/runs/runs";
import { useSelection } from "./selection";
import { useWorkspace, type Workspace } from "./workspace";

type RunParts = Pick<ReturnType<typeof useRuns.getState>, "view" | "waiting" | "refused" | "previews">;

export interface Parked {
  workspace: Workspace;
  selection: readonly string[];
  view: View | null;
  runs: RunParts;
  pictures: ReturnType<typeof usePictures.getState>["byNode"];
}

/** The shown workflow as it is now. */
export function parkPage(): Parked {
  const { view, waiting, refused, previews } = useRuns.getState();
  return {
    workspace: useWorkspace.getState(),
    selection: useSelection.getState().nodes,
    view: viewport()?.view() ?? null,
    runs: { view, waiting, refused, previews },
    pictures: usePictures.getState().byNode,
  };
}

/** Show a parked workflow again, where it was looked at. */
export function restorePage({ workspace, selection, view, runs, pictures }: Parked): void {
  useRuns.setState(runs);
  usePictures.setState({ byNode: pictures });
  useWorkspace.setState((state) => ({ ...workspace, opened: state.opened + 1, fresh: false, view }));
  useSelection.setState((state) => ({ nodes: selection, wires: [], asked: state.asked + 1 }));
}

/** A page without a run: what a workflow begins with that was never shown here. */
export const NO_RUN: RunParts = { view: null, waiting: [], refused: [], previews: {} };
