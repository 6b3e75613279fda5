import { useMemo } from "react";
import { type ShownForm, shownForm } from "@/graph/form";
import { useWholeCatalogue } from "@/state/nodes/catalogue";
import { useWorkspace } from "@/state/workflow/workspace";

/** The form of the open document as it can be shown now. */
export function useShownForm(): ShownForm {
  const document = useWorkspace((state) => state.history.document);
  const catalogue = useWholeCatalogue();
  return useMemo(() => shownForm(document, catalogue), [document, catalogue]);
}
