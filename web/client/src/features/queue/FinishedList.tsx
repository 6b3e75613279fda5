import { Ban, Check, CircleHelp, Clock, RotateCcw, TriangleAlert, Workflow } from "lucide-react";
import { Popover } from "radix-ui";
import { useCallback } from "react";
import type { Job } from "@/api/types";
import { problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { openJob, runAgain } from "@/state/actions/queue";
import { useFigures } from "@/state/page/figures";
import { openViewer } from "@/state/page/overlays";
import { pictureOf } from "@/state/pictures/pictures";
import { readOlderFinished, searchFinished, useQueue } from "@/state/runs/queue";
import { SearchField } from "@/ui/SearchField";
import { type Placed, VirtualList } from "@/ui/VirtualList";
import { Empty } from "./Empty";
import { jobName, secondsRun } from "./jobWords";
import styles from "./Queue.module.css";
import { RowButton } from "./RowButton";

const ROW = 56;
const SIGNS = { succeeded: Check, failed: TriangleAlert, lost: TriangleAlert, cancelled: Ban } as const;

/** What is over, newest first: its picture, its workflow, its problems, and once more. */
export function FinishedList() {
  const { t } = useWords();
  const finished = useQueue((state) => state.finished);
  const search = useQueue((state) => state.search);
  const known = useQueue((state) => state.known);
  const onRange = useCallback(
    (_: number, last: number) => {
      if (last >= finished.length - 1) void readOlderFinished();
    },
    [finished.length],
  );
  return (
    <>
      <SearchField className={styles.search} label={t("queue.search")} value={search} onChange={searchFinished} />
      {finished.length === 0 && known ? (
        <Empty icon={Clock} text={t(search === "" ? "queue.empty_finished" : "queue.none_found")} />
      ) : (
        <VirtualList
          label={t("queue.tab.finished")}
          className={styles.list}
          count={finished.length}
          rowHeight={ROW}
          onRange={onRange}
          row={(index, placed) => {
            const job = finished[index];
            return job === undefined ? null : <FinishedRow key={job.id} job={job} placed={placed} />;
          }}
        />
      )}
    </>
  );
}

function FinishedRow({ job, placed }: { job: Job; placed: Placed }) {
  const { t } = useWords();
  const figures = useFigures();
  const Sign = SIGNS[job.state as keyof typeof SIGNS] ?? CircleHelp;
  const told = [t(`run.state.${job.state}`), secondsRun(t, job), figures.clock(job.finished ?? job.created)];
  return (
    <li {...placed} className={styles.row} data-job={job.id} data-state={job.state}>
      <Thumbnail job={job} />
      <span className={styles.two}>
        <span className={styles.name} title={jobName(t, job)}>
          {jobName(t, job)} <span className={styles.number}>#{job.number}</span>
        </span>
        <span className={styles.under}>
          <Sign size={12} aria-hidden />
          {told.filter((part) => part !== "").join(" · ")}
        </span>
      </span>
      <span className={styles.actsKept}>
        {job.problems.length > 0 ? <Problems job={job} /> : null}
        <RowButton label={t("queue.open_workflow")} act={() => void openJob(job)}>
          <Workflow size={16} aria-hidden />
        </RowButton>
        <RowButton label={t("queue.again")} act={() => void runAgain(job)}>
          <RotateCcw size={16} aria-hidden />
        </RowButton>
      </span>
    </li>
  );
}

/** The job's first picture; a click opens it, and ← → go through all of the job's. */
function Thumbnail({ job }: { job: Job }) {
  const { t } = useWords();
  const pictures = Object.entries(job.outputs).flatMap(([node, output]) =>
    output.images.map((image) => pictureOf(job.id, node, image)),
  );
  const shown = pictures.filter((picture) => picture.root === "output");
  const first = shown[0] ?? pictures[0];
  if (first === undefined) return <span className={styles.noPicture} />;
  return (
    <button
      type="button"
      className={styles.picture}
      aria-label={t("results.open", { name: first.filename })}
      title={first.filename}
      onClick={() => openViewer(first, shown.length > 0 ? shown : pictures)}
    >
      <img src={first.url} alt="" loading="lazy" draggable={false} />
    </button>
  );
}

function Problems({ job }: { job: Job }) {
  const { t } = useWords();
  const label = t("trouble.count", { count: job.problems.length });
  return (
    <Popover.Root>
      <Popover.Trigger className={styles.icon} aria-label={label} title={label} data-problems>
        <TriangleAlert size={16} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.problems}
          side="left"
          align="start"
          sideOffset={8}
          aria-label={t("trouble.title")}
        >
          {job.problems.map((problem) => (
            <p key={`${problem.code} ${problem.node} ${problem.socket}`}>
              {problemSentence(t, problem)} <em>{problemRemedy(t, problem)}</em>
            </p>
          ))}
          <button type="button" className={styles.act} onClick={() => void openJob(job)}>
            <Workflow size={14} aria-hidden />
            {t("queue.show_on_nodes")}
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
