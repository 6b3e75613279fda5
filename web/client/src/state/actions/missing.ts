/** Telling what an opened workflow lacks here. */

import { missingModels, missingTypes } from "@/graph/missing";
import { t } from "@/i18n/i18n";
import { currentCatalogue, useCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { useSaving } from "@/state/workflow/saving";
import { currentDocument } from "@/state/workflow/workspace";

/** Nothing is blocked: the workflow is open, and a notice offers to look at what is missing. */
export function tellMissing(): void {
  if (!useCatalogue.getState().loaded) return;
  const types = missingTypes(currentDocument(), currentCatalogue()).length;
  const models = missingModels(currentDocument(), currentCatalogue()).length;
  if (types + models === 0) return;
  notify("warning", t("missing.notice", { count: types + models }), { label: t("missing.show"), act: showMissing });
}

export function showMissing(): void {
  useSaving.setState({ missing: true });
}
