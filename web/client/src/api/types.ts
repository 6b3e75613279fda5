/** What the server says, by the names the page uses. */

export interface Problem {
  code: string;
  message: string;
  params: Record<string, unknown>;
  node: string | null;
  socket: string | null;
  severity: "error" | "warning";
  remedy: string;
}

export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "lost";

export interface OutputImage {
  filename: string;
  subfolder: string;
  type: "output" | "input" | "temp";
  url: string;
}

export interface Job {
  id: string;
  number: number;
  state: JobState;
  title: string;
  created: number;
  started: number | null;
  finished: number | null;
  node_count: number;
  problems: Problem[];
  outputs: Record<string, { images: OutputImage[] }>;
  workflow?: unknown;
}

export interface ImageRecord {
  id: number;
  job_id: string;
  node: string;
  root: "output" | "input" | "temp";
  subfolder: string;
  filename: string;
  url: string;
  width: number | null;
  height: number | null;
  created: number;
}

export type WorkerState = "starting" | "ready" | "busy" | "restarting" | "faulty" | "stopped";

export interface SystemInfo {
  version: string;
  worker: { state: WorkerState; pid: number | null; device: string };
  queue: { queued: number; running: number };
}

export interface Template {
  name: string;
  title: string;
  description: string;
}

export type ServerEvent =
  | { type: "job.queued"; number: number; title?: string }
  | { type: "job.started"; nodes: string[] }
  | { type: "nodes.cached"; nodes: string[] }
  | { type: "node.started"; node: string }
  | { type: "node.progress"; node: string; value: number; total: number }
  | { type: "node.finished"; node: string; ui: { images?: OutputImage[] }; seconds: number; cached: boolean }
  | { type: "node.failed"; node: string; problem: Problem; details: string }
  | { type: "job.finished"; outcome: JobState; problems: Problem[]; seconds: number }
  | { type: "job.requeued" }
  | { type: "job.deleted" }
  | { type: "queue.changed"; queued: number; running: number }
  | { type: "worker.changed"; state: WorkerState; problem?: Problem | null }
  | { type: "nodes.changed"; revision: string };

export interface EventFrame {
  seq: number;
  job_id: string;
  time: number;
  event: ServerEvent;
}

export interface Hello {
  type: "hello";
  seq: number;
  version: string;
  worker: { state?: WorkerState };
}

export interface PreviewHeader {
  type: "node.preview";
  job_id: string;
  node: string;
  media_type: string;
  value: number;
  total: number;
}
