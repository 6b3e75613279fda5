/** The window's title: the workflow, and how far its run is, to be read in a tab that is not looked at. */

import { useEffect } from "react";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { useRuns } from "@/state/runs/runs";
import { isActive, overallProgress } from "@/state/runs/runView";
import { useWorkspace } from "@/state/workflow/workspace";

export function useTitle(): void {
  const { t } = useWords();
  const workflow = useWorkspace((state) => state.history.document.title);
  const share = useRuns(({ view }) => (isActive(view) ? Math.round(overallProgress(view) * 100) : null));
  const name = templateWords(t, workflow) || t("app.untitled");
  useEffect(() => {
    const running = share === null ? "" : `${t("app.progress", { percent: share })} · `;
    document.title = `${running}${name} – ${t("app.name")}`;
  }, [name, share, t]);
}
