/** What one job has told so far, folded from its events. Pure, so that a replay after a reload gives the same view. */

import { type EventFrame, imagesOf, type JobState, type OutputImage, type Problem } from "@/api/types";

export interface NodeRun {
  state: "waiting" | "running" | "done" | "cached" | "failed";
  value: number;
  total: number;
  seconds: number;
  /** When it started, in seconds of the server's clock. */
  started: number;
  /** When it last told its progress. */
  told: number;
  details: string;
  /** Why it ran, in the server's words: `first`, `input:seed`, `upstream:model` … Empty while it has not. */
  why: readonly string[];
}

export interface RunView {
  job: string;
  state: JobState | "submitting";
  nodes: Readonly<Record<string, NodeRun>>;
  images: Readonly<Record<string, readonly OutputImage[]>>;
  problems: readonly Problem[];
  seconds: number;
}

const WAITING: NodeRun = {
  state: "waiting",
  value: 0,
  total: 0,
  seconds: 0,
  started: 0,
  told: 0,
  details: "",
  why: [],
};

/** A job that was asked for and has told nothing yet. */
export function newRunView(job: string): RunView {
  return { job, state: "submitting", nodes: {}, images: {}, problems: [], seconds: 0 };
}

/** The view after one more event. Events of other jobs change nothing. */
export function foldEvent(view: RunView, frame: EventFrame): RunView {
  if (frame.job_id !== view.job) return view;
  const { event, time } = frame;
  switch (event.type) {
    case "job.queued":
    case "job.requeued":
      return { ...view, state: "queued", nodes: event.type === "job.requeued" ? {} : view.nodes };
    case "job.started":
      return { ...view, state: "running", nodes: Object.fromEntries(event.nodes.map((node) => [node, WAITING])) };
    case "nodes.cached":
      return withNodes(view, event.nodes, { state: "cached" });
    case "node.started":
      return withNodes(view, [event.node], { state: "running", started: time, told: time, why: event.why });
    case "node.progress":
      return withNodes(view, [event.node], {
        state: "running",
        value: event.value,
        total: event.total,
        told: time,
      });
    case "node.finished": {
      const state = event.cached ? "cached" : "done";
      const next = withNodes(view, [event.node], { state, seconds: event.seconds });
      const images = imagesOf(event);
      return images === undefined ? next : { ...next, images: { ...next.images, [event.node]: images } };
    }
    case "node.notice":
      return { ...view, problems: addProblem(view.problems, event.problem) };
    case "node.failed":
      return {
        ...withNodes(view, [event.node], { state: "failed", details: event.details }),
        problems: addProblem(view.problems, event.problem),
      };
    case "job.finished":
      return {
        ...view,
        state: event.outcome,
        seconds: event.seconds,
        problems: event.problems.reduce(addProblem, view.problems),
        nodes: settle(view.nodes),
      };
    default:
      return view;
  }
}

function withNodes(view: RunView, ids: readonly string[], change: Partial<NodeRun>): RunView {
  const nodes = { ...view.nodes };
  for (const id of ids) nodes[id] = { ...(nodes[id] ?? WAITING), ...change };
  return { ...view, nodes };
}

function addProblem(problems: readonly Problem[], problem: Problem): readonly Problem[] {
  const same = (other: Problem) =>
    other.code === problem.code && other.node === problem.node && other.socket === problem.socket;
  return problems.some(same) ? problems : [...problems, problem];
}

/** A finished job runs nothing any more. */
function settle(nodes: RunView["nodes"]): RunView["nodes"] {
  const open = Object.entries(nodes).filter(([, node]) => node.state === "running" || node.state === "waiting");
  if (open.length === 0) return nodes;
  const settled = { ...nodes };
  for (const [id] of open) delete settled[id];
  return settled;
}

/** The share of the job's work that is done, 0 to 1. Nodes count alike, the running one by its own progress. */
export function overallProgress(view: RunView): number {
  const nodes = Object.values(view.nodes);
  if (nodes.length === 0) return 0;
  let done = 0;
  for (const node of nodes) {
    if (node.state === "done" || node.state === "cached") done += 1;
    else if (node.state === "running" && node.total > 0) done += node.value / node.total;
  }
  return done / nodes.length;
}

/** Seconds that the running node still needs at its pace so far, or null while nothing can be said. */
export function secondsLeft(node: NodeRun): number | null {
  if (node.state !== "running" || node.value < 2 || node.total <= node.value) return null;
  return ((node.told - node.started) / node.value) * (node.total - node.value);
}

type ActiveRun = RunView & { state: "submitting" | "queued" | "running" };

/** Whether the job can still change. */
export function isActive(view: RunView | null): view is ActiveRun {
  return view !== null && (view.state === "submitting" || view.state === "queued" || view.state === "running");
}
