/** What a person does to the queue. Every step back is offered where there is one. */

import { ApiError, cancelJob, getJob, getJobEvents } from "@/api/client";
import {
  cancelAllJobs,
  cancelBatch,
  getQueue,
  moveJob,
  pauseQueue,
  resumeQueue,
  retryJob,
  type Spot,
} from "@/api/queue";
import type { Batch, Job } from "@/api/types";
import { newId } from "@/graph/ids";
import { isPromptForm, promptToDocument } from "@/graph/io/prompt";
import { readDocument } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { templateWords } from "@/i18n/words";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify, speak } from "@/state/page/notices";
import { refreshSoon, useQueue } from "@/state/runs/queue";
import { moved, without } from "@/state/runs/queueFold";
import { showReplayed } from "@/state/runs/runs";
import { saveDraft } from "./draft";
import { closeTab, openInTab } from "./tabs";

/** Cancelling more than this at once cannot be taken back by one press. */
export const UNDOABLE = 100;

/** Do it; tell a refusal, and read the queue again either way. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.detail || error.title);
  }
  refreshSoon();
}

export function pauseOrResume(): Promise<void> {
  return attempt(async () => {
    const { paused } = useQueue.getState();
    const counts = await (paused ? resumeQueue() : pauseQueue());
    useQueue.setState({ paused: counts.paused, queued: counts.queued });
    speak(t(counts.paused ? "queue.spoken.paused" : "queue.spoken.resumed"));
  });
}

/** Put a waiting job elsewhere. The list shows it at once. */
export function putJob(job: Job, spot: Spot): Promise<void> {
  useQueue.setState((state) => ({ waiting: moved(state.waiting, job.id, spot) }));
  const place = useQueue.getState().waiting.findIndex((item) => item.id === job.id) + 1;
  speak(t("queue.spoken.moved", { place }));
  return attempt(async () => void (await moveJob(job.id, spot)));
}

/** Cancel one job. Undo queues it again in its old place. */
export function cancelOne(job: Job): Promise<void> {
  const { waiting } = useQueue.getState();
  const at = waiting.findIndex((item) => item.id === job.id);
  const behind = at < 0 ? undefined : waiting[at + 1]?.id;
  return attempt(async () => {
    await cancelJob(job.id);
    useQueue.setState((state) => ({ waiting: without(state.waiting, new Set([job.id])) }));
    notify("info", t("queue.cancelled", { number: job.number }), {
      label: t("queue.undo"),
      act: () => void attempt(() => bringBack(job, behind, at < 0)),
    });
  });
}

async function bringBack(job: Job, behind: string | undefined, front: boolean): Promise<void> {
  const id = newId();
  await retryJob(job.id, id);
  if (front) await moveJob(id, { to: "front" });
  else if (behind !== undefined) await moveJob(id, { before: behind }).catch(() => undefined);
  speak(t("queue.spoken.back"));
}

/** Cancel what runs and all that waits. Undo queues them again in their order, while they are few. */
export function cancelEverything(): Promise<void> {
  return attempt(async () => {
    const { running } = useQueue.getState();
    const { waiting, next } = await getQueue(UNDOABLE);
    const { cancelled } = await cancelAllJobs();
    useQueue.setState({ waiting: [] });
    const jobs = [...(running === null ? [] : [running]), ...waiting];
    const undo = { label: t("queue.undo"), act: () => void attempt(() => queueAgain(jobs)) };
    notify("info", t("queue.cancelled_all", { count: cancelled }), (next ?? null) === null ? undo : undefined);
  });
}

async function queueAgain(jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) await retryJob(job.id, newId());
  speak(t("queue.spoken.back"));
}

/** Run a finished job once more. */
export function runAgain(job: Job): Promise<void> {
  return attempt(async () => {
    const made = await retryJob(job.id, newId());
    notify("info", t("queue.queued_again", { number: made.number }), {
      label: t("queue.undo"),
      act: () => void attempt(async () => void (await cancelJob(made.id))),
    });
  });
}

/** Open what a job ran, with what became of it on its nodes. Undo closes it again. */
export function openJob(job: Job): Promise<void> {
  return attempt(async () => {
    const { workflow, graph } = await getJob(job.id);
    const document =
      workflow !== null && workflow !== undefined
        ? readDocument(workflow)
        : isPromptForm(graph ?? {})
          ? promptToDocument(graph as Parameters<typeof promptToDocument>[0], currentCatalogue(), job.title)
          : null;
    if (document === null) {
      notify("warning", t("queue.no_workflow"));
      return;
    }
    openInTab(document);
    showReplayed(job.id, await getJobEvents(job.id));
    saveDraft(job.id);
    notify("info", t("files.opened", { title: templateWords(t, document.title) || t("app.untitled") }), {
      label: t("queue.undo"),
      act: () => closeTab(),
    });
  });
}

/** Cancel what waits and runs of a batch. */
export function stopBatch(batch: Batch): Promise<void> {
  return attempt(async () => {
    const { cancelled } = await cancelBatch(batch.id);
    notify("info", t("queue.cancelled_all", { count: cancelled }));
  });
}
