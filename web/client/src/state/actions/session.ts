/** Starting the page: palette, workflow, events; and what comes back after a reload or a lost connection. */

import { ApiError, getJob, getJobEvents, getSystem, getTemplate } from "@/api/client";
import { getJobs, getQueue } from "@/api/queue";
import { EventStream } from "@/api/socket";
import type { EventFrame, Job, WorkerState } from "@/api/types";
import { newId } from "@/graph/ids";
import { readDocument } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { expectBatch, takeBatchEvent } from "@/state/batches";
import { reloadCatalogue } from "@/state/catalogue";
import { notify, speak } from "@/state/notices";
import { loadRecentPictures } from "@/state/pictures";
import { refreshSoon, takeQueueEvent, useQueue } from "@/state/queue";
import { follow, forgetRun, showReplayed, takeEvent, takePreview, useRuns } from "@/state/runs";
import type { RunView } from "@/state/runView";
import { currentDocument, openDocument } from "@/state/workspace";
import { tellBatchEnd } from "./batch";
import { loadDraft, watchDraft } from "./draft";

export const FIRST_TEMPLATE = "text-to-image";

/** Start everything. Returns how to stop it. */
export function startSession(): () => void {
  const stream = new EventStream({
    hello: (hello) => {
      if (hello.worker.state !== undefined) useRuns.setState({ worker: hello.worker.state });
    },
    event: takeFrame,
    preview: takePreview,
    connected: (online) => {
      const before = useRuns.getState().online;
      useRuns.setState({ online });
      if (online && before === false) void quietly(refresh());
    },
  });
  stream.open();
  void quietly(begin());
  const endDraft = watchDraft();
  return () => {
    stream.close();
    endDraft();
  };
}

async function begin(): Promise<void> {
  const draft = loadDraft();
  if (draft !== null && draft.document.nodes.length > 0) openDocument(draft.document, draft.lastSeeds);
  await refresh();
  if (draft === null || draft.document.nodes.length === 0) await openTemplate(FIRST_TEMPLATE);
  else await restoreRun(draft.job);
}

/** Everything that a lost connection may have made stale. */
async function refresh(): Promise<void> {
  await Promise.all([reloadCatalogue(), loadRecentPictures(), loadSystem()]);
}

async function loadSystem(): Promise<void> {
  const { worker, queue } = await getSystem();
  useRuns.setState({ worker: worker.state, queue });
  useQueue.setState({ paused: queue.paused, queued: queue.queued });
  refreshSoon();
}

/** Show the run of this workflow that goes on now, whoever began it, or else the one that was on the canvas. */
async function restoreRun(job: string | null): Promise<void> {
  const running = await runningHere();
  const wanted = running?.id ?? job;
  if (wanted === null) return;
  try {
    showReplayed(wanted, await getJobEvents(wanted));
    if (running?.batch != null) await followBatch(running.batch);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

/** The running job, if it is of the open workflow. */
async function runningHere(): Promise<Job | null> {
  const [running] = (await getJobs({ states: ["running"], limit: 1 })).jobs;
  if (running === undefined) return null;
  const { workflow } = await getJob(running.id);
  return workflow?.id === currentDocument().id ? running : null;
}

/** What waits of the batch that runs follows on the canvas. */
async function followBatch(batch: string): Promise<void> {
  const { waiting } = await getQueue(1000);
  const jobs = waiting.filter((job) => job.batch === batch).map((job) => job.id);
  const shown = useRuns.getState().view?.job;
  expectBatch(batch, shown === undefined ? jobs : [shown, ...jobs]);
  for (const job of jobs) follow(job);
}

function takeFrame(frame: EventFrame): void {
  if (frame.event.type === "nodes.changed") void quietly(reloadCatalogue());
  takeQueueEvent(frame);
  const batch = takeBatchEvent(frame);
  const ended = takeEvent(frame);
  if (batch !== null) tellBatchEnd(batch);
  if (ended !== null) tellEnd(ended);
}

function tellEnd(view: RunView): void {
  speak(t(`run.spoken.${view.state}`, { seconds: view.seconds.toFixed(1) }));
  const lost = view.problems.find((problem) => problem.node === null);
  if (view.state === "lost" && lost === undefined) notify("error", t("run.lost"));
}

/** Open a ready workflow from the server. */
export async function openTemplate(name: string): Promise<void> {
  const document = readDocument(await getTemplate(name));
  forgetRun();
  openDocument({ ...document, id: newId() });
}

/** No answer is shown by the connection banner already; other refusals are told. */
async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 0) notify("error", error.message);
  }
}

/** Whether runs can be expected to start soon. */
export function workerTrouble(state: WorkerState | null): "starting" | "restarting" | "faulty" | null {
  return state === "starting" || state === "restarting" || state === "faulty" ? state : null;
}
