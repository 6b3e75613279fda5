import { TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { useWords } from "@/i18n/useWords";
import { speak } from "@/state/notices";
import { shownProblems, useRuns } from "@/state/runs";
import { isActive, overallProgress } from "@/state/runView";
import { selectNodes } from "@/state/selection";
import { viewport } from "@/state/viewport";
import styles from "./RunStatus.module.css";

/** What the run is doing, in the strip: state, overall progress, what waits, and how many problems there are. */
export function RunStatus() {
  const { t } = useWords();
  const view = useRuns((state) => state.view);
  const waiting = useRuns((state) => state.waiting.length);
  const share = view === null ? 0 : Math.round(overallProgress(view) * 100);
  const active = isActive(view);
  useEffect(() => {
    if (active && share > 0 && share < 100 && share % 25 === 0) speak(t("run.spoken.quarter", { percent: share }));
  }, [active, share, t]);
  return (
    <div className={styles.status}>
      <Problems />
      <span className={styles.word} data-run-state={view?.state ?? "idle"}>
        {view === null ? t("run.idle") : t(`run.state.${view.state}`)}
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

/** How many problems there are; a click goes to the first of them. */
function Problems() {
  const { t } = useWords();
  const problems = useRuns(shownProblems);
  if (problems.length === 0) return null;
  const show = () => {
    const node = problems.find((problem) => problem.node !== null)?.node;
    if (node === undefined || node === null) return;
    selectNodes([node]);
    viewport()?.fit([node]);
  };
  return (
    <button type="button" className={styles.problems} title={problems[0]?.message} onClick={show}>
      <TriangleAlert size={14} aria-hidden />
      {t("trouble.count", { count: problems.length })}
    </button>
  );
}
