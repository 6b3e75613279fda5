/** What one job has told so far, folded from its events. Pure, so that a replay after a reload gives the same view. */

import {
  type EventFrame,
  imagesOf,
  type JobState,
  lineOf,
  type OutputImage,
  type Problem,
  shownNode,
  textsOf,
} from "@/api/types";

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
  /** How many steps it states; 1 where it states none. */
  work: number;
  /** Why it ran, in the server's words: `first`, `input:seed`, `upstream:model` … Empty while it has not. */
  why: readonly string[];
}

export interface RunView {
  job: string;
  state: JobState | "submitting";
  nodes: Readonly<Record<string, NodeRun>>;
  images: Readonly<Record<string, readonly OutputImage[]>>;
  /** What nodes said in words: measurements, notes on files. */
  texts: Readonly<Record<string, readonly string[]>>;
  /** The last line that a node told while it ran. */
  said: Readonly<Record<string, string>>;
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
  work: 1,
  why: [],
};

/** A job that was asked for and has told nothing yet. */
export function newRunView(job: string): RunView {
  return { job, state: "submitting", nodes: {}, images: {}, texts: {}, said: {}, problems: [], seconds: 0 };
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
      return { ...view, state: "running", nodes: planned(event) };
    case "nodes.cached":
      return withNodes(view, event.nodes, { state: "cached" });
    case "node.started":
      return withNodes(view, [shownNode(event)], {
        state: "running",
        value: 0,
        total: 0,
        started: time,
        told: time,
        why: event.why.includes("expanded") ? (view.nodes[shownNode(event)]?.why ?? event.why) : event.why,
      });
    case "node.progress":
      return withNodes(view, [shownNode(event)], {
        state: "running",
        value: event.value,
        total: event.total,
        told: time,
      });
    case "node.finished":
      return finished(view, event);
    case "node.message":
      return told(view, event);
    case "node.notice":
      return { ...view, problems: addProblem(view.problems, event.problem) };
    case "node.failed":
      return {
        ...withNodes(view, [shownNode(event)], { state: "failed", details: event.details }),
        problems: addProblem(view.problems, shownOn(shownNode(event), event.node, event.problem)),
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

/** All wait. What an older server told says nothing of work. */
function planned({ nodes, work }: Extract<EventFrame["event"], { type: "job.started" }>): RunView["nodes"] {
  return Object.fromEntries(nodes.map((node) => [node, { ...WAITING, work: work?.[node] ?? 1 }]));
}

function finished(view: RunView, event: Extract<EventFrame["event"], { type: "node.finished" }>): RunView {
  const node = shownNode(event);
  const next = withNodes(view, [node], { state: event.cached ? "cached" : "done", seconds: event.seconds });
  const images = imagesOf(event);
  const texts = textsOf(event);
  return {
    ...next,
    images: images === undefined ? next.images : { ...next.images, [node]: images },
    texts: texts.length === 0 ? next.texts : { ...next.texts, [node]: texts },
  };
}

/** A line of text that a node sends while it runs is shown on it. Messages of other kinds belong to plug-ins' pages. */
function told(view: RunView, event: Extract<EventFrame["event"], { type: "node.message" }>): RunView {
  const line = lineOf(event);
  return line === null ? view : { ...view, said: { ...view.said, [line.node]: line.text } };
}

/** A problem of a node that came of an expansion is told where that node is shown. */
function shownOn(node: string, real: string, problem: Problem): Problem {
  return problem.node === real && node !== real ? { ...problem, node } : problem;
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

const summed = new WeakMap<RunView["nodes"], Map<string, NodeRun | undefined>>();

/** What the run says of a node. A sub-graph's instance sums up the nodes inside: `12:5` is node 5 inside `12`. */
export function nodeRun(view: RunView | null, id: string, instance: boolean): NodeRun | undefined {
  if (view === null || !instance) return view?.nodes[id];
  const memory = summed.get(view.nodes) ?? new Map<string, NodeRun | undefined>();
  summed.set(view.nodes, memory);
  if (!memory.has(id)) memory.set(id, sumUp(Object.entries(view.nodes).filter(([inner]) => isInside(inner, id))));
  return memory.get(id);
}

/** Whether a node of the run form came of the instance `id`. */
export function isInside(node: string, id: string): boolean {
  return node.startsWith(`${id}:`);
}

function sumUp(inner: readonly [string, NodeRun][]): NodeRun | undefined {
  if (inner.length === 0) return undefined;
  const steps = inner.map(([, step]) => step);
  const has = (state: NodeRun["state"]) => steps.some((step) => step.state === state);
  const over = steps.filter((step) => step.state === "done" || step.state === "cached").length;
  const running = steps.find((step) => step.state === "running");
  const sum = { ...WAITING, seconds: steps.reduce((total, step) => total + step.seconds, 0) };
  if (has("failed")) {
    return { ...sum, state: "failed", details: steps.find((step) => step.details !== "")?.details ?? "" };
  }
  if (running !== undefined && running.total > 0) return { ...sum, ...running };
  if (over === steps.length) return { ...sum, state: has("done") ? "done" : "cached" };
  if (running !== undefined || over > 0) return { ...sum, state: "running", value: over, total: steps.length };
  return sum;
}

/** The share of the job's work that is done, 0 to 1: by the steps that nodes state. What was at hand is no work. */
export function overallProgress(view: RunView): number {
  let [done, whole] = [0, 0];
  for (const node of Object.values(view.nodes)) {
    if (node.state === "cached") continue;
    whole += node.work;
    if (node.state === "done") done += node.work;
    else if (node.state === "running" && node.total > 0) done += (node.work * node.value) / node.total;
  }
  return whole === 0 ? 0 : done / whole;
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
