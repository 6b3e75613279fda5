/** Starting the page: palette, workflow, events; and what comes back after a reload or a lost connection. */

import { ApiError, getJob, getJobEvents, getSystem, getTemplate } from "@/api/client";
import { getJobs, getQueue } from "@/api/queue";
import { EventStream, type StreamListener } from "@/api/socket";
import type { EventFrame, Job, WorkerState } from "@/api/types";
import { newId } from "@/graph/ids";
import { readDocument } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { withSpokenPrompts } from "@/i18n/templatePrompts";
import { reloadCatalogue } from "@/state/nodes/catalogue";
import { tellExtensions } from "@/state/page/extensions";
import { notify } from "@/state/page/notices";
import { offerTour } from "@/state/page/tour";
import { takeGalleryEvent } from "@/state/pictures/gallery";
import { loadRecentPictures, takeStripEvent } from "@/state/pictures/pictures";
import { expectBatch, takeBatchEvent } from "@/state/runs/batches";
import { wantedPreviews, watchPreviews } from "@/state/runs/previews";
import { refreshSoon, takeQueueEvent, useQueue } from "@/state/runs/queue";
import { follow, showReplayed, takeEvent, takePreview, useRuns } from "@/state/runs/runs";
import type { RunView } from "@/state/runs/runView";
import { loadLibrary } from "@/state/workflow/library";
import { wholeDocument } from "@/state/workflow/workspace";
import { watchAutoRun } from "./autoRun";
import { tellBatchEnd } from "./batch";
import { notifyEnd } from "./desktop";
import { watchDraft } from "./draft";
import { takeLibraryEvent } from "./libraryNews";
import { tellOutdated } from "./libraryUpdate";
import { restoreTabs } from "./restoreTabs";
import { watchTabs } from "./tabLocks";
import { openInTab } from "./tabs";
import { tellRun } from "./tellRun";

export const FIRST_TEMPLATE = "text-to-image";

/** Start everything. Returns how to stop it. */
export function startSession(): () => void {
  const listener: StreamListener = {
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
  };
  const stream = new EventStream(listener, wantedPreviews());
  stream.open();
  const endPreviews = watchPreviews(() => stream.want(wantedPreviews()));
  const endDraft = watchDraft();
  const endAutoRun = watchAutoRun();
  let endTabs: (() => void) | undefined;
  // The tabs of the last visit are read before those of this one are written down.
  void quietly(begin()).finally(() => {
    endTabs = watchTabs();
  });
  return () => {
    stream.close();
    endPreviews();
    endDraft();
    endAutoRun();
    endTabs?.();
  };
}

async function begin(): Promise<void> {
  const [restored] = await Promise.all([restoreTabs().catch(() => null), refresh()]);
  if (restored === null) await openTemplate(FIRST_TEMPLATE);
  else await restoreRun(restored.job);
  tellOutdated();
}

/** Everything that a lost connection may have made stale. */
async function refresh(): Promise<void> {
  await Promise.all([reloadCatalogue(), loadRecentPictures(), loadSystem(), loadLibrary()]);
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
  return workflow?.id === wholeDocument().id ? running : null;
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
  tellExtensions(frame);
  takeQueueEvent(frame);
  takeGalleryEvent(frame.event);
  takeStripEvent(frame.event);
  takeLibraryEvent(frame.event);
  const batch = takeBatchEvent(frame);
  const shown = useRuns.getState().view;
  const ended = takeEvent(frame);
  const { view } = useRuns.getState();
  if (view !== null && view !== shown) tellRun(view);
  if (batch !== null) tellBatchEnd(batch);
  if (ended !== null) tellEnd(ended);
}

function tellEnd(view: RunView): void {
  notifyEnd(view);
  offerTour(view);
  const lost = view.problems.find((problem) => problem.node === null);
  if (view.state === "lost" && lost === undefined) notify("error", t("run.lost"));
}

/** Open a ready workflow from the server. */
export async function openTemplate(name: string): Promise<void> {
  const document = withSpokenPrompts(t, readDocument(await getTemplate(name)));
  openInTab({ ...document, id: newId() }, { from: name === FIRST_TEMPLATE ? "start" : "template" });
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
