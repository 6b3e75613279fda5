import { Panel } from "@xyflow/react";
import { Workflow } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { FIRST_TEMPLATE, openTemplate } from "@/state/actions/session";
import { useCatalogue } from "@/state/nodes/catalogue";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Canvas.module.css";

/** A beginning, shown while the workflow has no nodes. */
export function EmptyCanvas() {
  const { t } = useWords();
  const empty = useWorkspace((state) => state.opened > 0 && shown(state).nodes.length === 0);
  const loaded = useCatalogue((state) => state.loaded);
  if (!empty || !loaded) return null;
  return (
    <Panel position="top-center" className={styles.empty ?? ""}>
      <Workflow size={28} strokeWidth={1.25} aria-hidden />
      <p>{t("empty.canvas")}</p>
      <button type="button" onClick={() => void openTemplate(FIRST_TEMPLATE)}>
        {t("empty.start")}
      </button>
    </Panel>
  );
}
