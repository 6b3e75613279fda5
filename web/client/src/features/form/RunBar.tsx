import { Play, Square } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { runDocument, stopRun } from "@/state/actions/submit";
import { useKeyOf, withKey } from "@/state/commands/bindings";
import { useAutoRun } from "@/state/runs/autoRun";
import { useRuns } from "@/state/runs/runs";
import { isActive, overallProgress } from "@/state/runs/runView";
import { useWorkspace } from "@/state/workflow/workspace";
import styles from "./Form.module.css";

/** Run and Stop at the foot, always in reach of a thumb; the progress lies between them and the fields. */
export function RunBar() {
  const { t } = useWords();
  const view = useRuns((state) => state.view);
  const waiting = useRuns((state) => state.waiting.length);
  const runKey = useKeyOf("run.run");
  const active = isActive(view);
  const empty = useWorkspace((state) => state.history.document.nodes.length === 0);
  const auto = useAutoRun((state) => state.mode !== "off");
  const share = view === null || !active ? 0 : Math.round(overallProgress(view) * 100);
  return (
    <footer className={styles.run}>
      <span
        className={styles.progress}
        role="progressbar"
        aria-label={t("run.bar")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share}
      >
        <span style={{ transform: `scaleX(${share / 100})` }} />
      </span>
      <span className={styles.state} data-run-state={view?.state ?? "idle"}>
        {view === null ? t("run.idle") : t(`run.state.${view.state}`)}
        {active && share > 0 ? ` · ${share} %` : ""}
        {waiting > 0 ? ` · +${waiting}` : ""}
      </span>
      <button
        type="button"
        className={styles.stop}
        aria-label={t("run.stop")}
        title={t("run.stop")}
        disabled={!active && waiting === 0 && !auto}
        onClick={() => void stopRun()}
      >
        <Square size={16} fill="currentColor" aria-hidden />
      </button>
      <button
        type="button"
        className={styles.go}
        title={withKey(t("run.run"), runKey)}
        disabled={empty}
        onClick={() => void runDocument()}
      >
        <Play size={16} fill="currentColor" aria-hidden />
        {t("run.run")}
      </button>
    </footer>
  );
}
