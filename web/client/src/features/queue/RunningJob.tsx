import { Workflow, X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { cancelOne, openJob } from "@/state/actions/queue";
import { useQueue } from "@/state/runs/queue";
import { jobShare } from "@/state/runs/queueFold";
import { jobName } from "./jobWords";
import styles from "./Queue.module.css";
import { RowButton } from "./RowButton";

/** What runs now. Its place is kept while nothing does. */
export function RunningJob() {
  const { t } = useWords();
  const job = useQueue((state) => state.running);
  const share = job === null ? 0 : jobShare(job);
  const { value = 0, total = 0, done_nodes = 0 } = job?.progress ?? {};
  const says = [
    t("queue.nodes_done", { done: Math.min(done_nodes, job?.node_count ?? 0), count: job?.node_count ?? 0 }),
    ...(total > 0 ? [t("queue.step", { value, total })] : []),
  ];
  return (
    <section className={styles.running} aria-label={t("queue.running")} data-running={job?.id ?? ""}>
      <div className={styles.line}>
        {job === null ? (
          <span className={styles.quiet}>{t("queue.nothing_runs")}</span>
        ) : (
          <>
            <span className={styles.name} title={jobName(t, job)}>
              {jobName(t, job)}
            </span>
            <span className={styles.number}>#{job.number}</span>
            <RowButton label={t("queue.open_workflow")} act={() => void openJob(job)}>
              <Workflow size={16} aria-hidden />
            </RowButton>
            <RowButton label={t("queue.cancel")} act={() => void cancelOne(job)}>
              <X size={16} aria-hidden />
            </RowButton>
          </>
        )}
      </div>
      <span
        className={styles.bar}
        role="progressbar"
        aria-label={t("queue.running")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <span style={{ transform: `scaleX(${share})` }} />
      </span>
      <span className={styles.detail}>{job === null ? "" : says.join(" · ")}</span>
    </section>
  );
}
