import { TriangleAlert } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { stepProblem } from "@/state/actions/problems";
import { useKeyOf, withKey } from "@/state/commands/bindings";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { isActive, overallProgress } from "@/state/runs/runView";
import styles from "./RunStatus.module.css";

/** What the run is doing, in the strip: state, overall progress, what waits, and how many problems there are. */
export function RunStatus() {
  const { t } = useWords();
  const view = useRuns((state) => state.view);
  const waiting = useRuns((state) => state.waiting.length);
  const elsewhere = useRuns((state) => state.queue.running > 0);
  const share = view === null ? 0 : Math.round(overallProgress(view) * 100);
  const active = isActive(view);
  return (
    <div className={styles.status}>
      <Problems />
      <span className={styles.word} data-run-state={view?.state ?? "idle"}>
        {view === null ? t(elsewhere ? "run.elsewhere" : "run.idle") : t(`run.state.${view.state}`)}
        {view !== null && !active && view.seconds > 0
          ? ` · ${t("run.took", { seconds: view.seconds.toFixed(1) })}`
          : ""}
        {waiting > 0 ? ` · +${waiting}` : ""}
      </span>
      <span
        className={styles.bar}
        role="progressbar"
        aria-label={t("run.bar")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={active ? share : 0}
      >
        <span style={{ transform: `scaleX(${active ? share / 100 : 0})` }} />
      </span>
    </div>
  );
}

/** How many problems there are; each press goes to the next node that has one. */
function Problems() {
  const { t } = useWords();
  const problems = useRuns(shownProblems);
  const key = useKeyOf("problems.next");
  if (problems.length === 0) return null;
  return (
    <button
      type="button"
      className={styles.problems}
      title={withKey(t("trouble.next"), key)}
      onClick={() => stepProblem(1)}
    >
      <TriangleAlert size={14} aria-hidden />
      {t("trouble.count", { count: problems.length })}
    </button>
  );
}
