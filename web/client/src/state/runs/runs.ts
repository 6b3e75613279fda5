/** The run shown on the canvas, the queue behind it, and the state of server and worker. */

import { create } from "zustand";
import { type EventFrame, imagesOf, type PreviewHeader, type Problem, shownNode, type WorkerState } from "@/api/types";
import { clearNodePictures, joinStrip, showOnNode } from "@/state/pictures/pictures";
import { keepPreview, takeKept } from "./latePreviews";
import { wantedPreviews } from "./previews";
import { foldEvent, isActive, newRunView, type RunView } from "./runView";

export interface Preview {
  url: string;
  value: number;
  total: number;
}

interface Runs {
  /** The run of the open document that the canvas shows. */
  view: RunView | null;
  /** Jobs of this page that wait behind it, oldest first. */
  waiting: readonly string[];
  queue: { queued: number; running: number };
  worker: WorkerState | null;
  workerProblem: Problem | null;
  /** Null until the first attempt ended. */
  online: boolean | null;
  previews: Readonly<Record<string, Preview>>;
  /** What the server said about the last document that it refused to run. */
  refused: readonly Problem[];
  lastEvent: number | null;
}

export const useRuns = create<Runs>(() => ({
  view: null,
  waiting: [],
  queue: { queued: 0, running: 0 },
  worker: null,
  workerProblem: null,
  online: null,
  previews: {},
  refused: [],
  lastEvent: null,
}));

/** Show a job on the canvas, or put it behind the one that is running. */
export function follow(job: string): void {
  useRuns.setState((state) =>
    isActive(state.view) ? { waiting: [...state.waiting, job], refused: [] } : { view: newRunView(job), refused: [] },
  );
}

/** Take back a job that the server refused. */
export function unfollow(job: string, problems: readonly Problem[]): void {
  useRuns.setState((state) => ({
    view: state.view?.job === job ? null : state.view,
    waiting: state.waiting.filter((id) => id !== job),
    refused: problems,
  }));
}

/** Show a job from everything it has told so far, with the last previews that came before it was shown. */
export function showReplayed(job: string, frames: readonly EventFrame[]): void {
  const view = frames.reduce(foldEvent, { ...newRunView(job), state: "queued" as const });
  for (const [node, images] of Object.entries(view.images)) {
    showOnNode(job, node, images);
    // Of a job that is over the gallery knows better: they may be in the trash by now.
    if (isActive(view)) joinStrip(job, node, images);
  }
  useRuns.setState({ view });
  for (const { header, picture } of takeKept(job)) if (isActive(view)) takePreview(header, picture);
}

/** Another document is open: nothing of the old run belongs on it. */
export function forgetRun(): void {
  dropPreviews();
  useRuns.setState({ view: null, waiting: [], refused: [] });
  clearNodePictures();
}

/** Take in one event of the stream. Returns the view if this event ended it. */
export function takeEvent(frame: EventFrame): RunView | null {
  const { event } = frame;
  useRuns.setState({ lastEvent: frame.seq });
  if (event.type === "queue.changed") {
    useRuns.setState({ queue: { queued: event.queued, running: event.running } });
  } else if (event.type === "worker.changed") {
    useRuns.setState({ worker: event.state, workerProblem: event.problem ?? null });
  }
  if (event.type === "job.finished") takeKept(frame.job_id);
  if (event.type === "node.finished") takePictures(frame.job_id, event);
  const before = useRuns.getState();
  if (before.waiting.includes(frame.job_id)) {
    if (event.type === "job.finished") leaveLine(frame.job_id);
    else if (!isActive(before.view)) nextInLine(frame.job_id);
  }
  const { view } = useRuns.getState();
  if (view === null || frame.job_id !== view.job) return null;
  const next = foldEvent(view, frame);
  useRuns.setState({ view: next });
  if (event.type === "job.started") dropPreviews();
  return event.type === "job.finished" ? next : null;
}

function takePictures(job: string, event: Extract<EventFrame["event"], { type: "node.finished" }>): void {
  const images = imagesOf(event);
  if (images === undefined) return;
  const { view, waiting } = useRuns.getState();
  if (view?.job === job || waiting.includes(job)) showOnNode(job, shownNode(event), images);
  if (!event.cached) joinStrip(job, shownNode(event), images);
}

/** A job that waited behind the shown one was cancelled. */
function leaveLine(job: string): void {
  useRuns.setState((state) => ({ waiting: state.waiting.filter((id) => id !== job) }));
}

function nextInLine(job: string): void {
  useRuns.setState((state) => ({
    view: newRunView(job),
    waiting: state.waiting.filter((id) => id !== job),
  }));
}

/** Take in a preview; only the latest of a node is kept. */
export function takePreview(header: PreviewHeader, picture: Blob): void {
  const { view, previews } = useRuns.getState();
  if (wantedPreviews() === "none") return;
  if (view?.job !== header.job_id) {
    keepPreview(header, picture);
    return;
  }
  const node = shownNode(header);
  const old = previews[node];
  const url = URL.createObjectURL(picture);
  useRuns.setState({
    previews: { ...previews, [node]: { url, value: header.value, total: header.total } },
  });
  // The old picture stays on the screen until the new one is decoded; then its bytes may go.
  if (old !== undefined) setTimeout(() => URL.revokeObjectURL(old.url), 1_000);
}

/** The last previews stay until the next run begins: they show what the sampler saw. */
function dropPreviews(): void {
  for (const preview of Object.values(useRuns.getState().previews)) URL.revokeObjectURL(preview.url);
  useRuns.setState({ previews: {} });
}

/** Problems to show now: the last refusal, else what the shown run told. */
export function shownProblems(state: Pick<Runs, "refused" | "view">): readonly Problem[] {
  return state.refused.length > 0 ? state.refused : (state.view?.problems ?? NONE);
}

const NONE: readonly Problem[] = [];
