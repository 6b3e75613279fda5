/** The server's own types (generated from its OpenAPI document) by the names the page uses. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["ProblemModel"];
export type Job = Schemas["JobModel"];
export type JobDetail = Schemas["JobDetail"];
export type JobState = Job["state"];
export type JobList = Schemas["JobList"];
export type QueueCounts = Schemas["QueueModel"];
export type QueueJobs = Schemas["QueueJobs"];
export type Batch = Schemas["BatchModel"];
export type BatchList = Schemas["BatchList"];
export type BatchGrid = Schemas["BatchGrid"];
export type BatchCell = Schemas["BatchCell"];
export type BatchAxis = Schemas["AxisModel"];
export type OutputImage = Schemas["OutputImage"];
export type SystemInfo = Schemas["SystemModel"];
export type WorkerState = Schemas["WorkerModel"]["state"];
export type MemoryHolder = Schemas["MemoryHolder"];
export type MemoryPlace = Schemas["MemoryPlace"];
export type Plugin = Schemas["PluginModel"];
export type PluginList = Schemas["PluginList"];
export type ModelKind = Schemas["ModelKind"];
export type ModelFile = Schemas["ModelFileModel"];
export type ModelFileList = Schemas["ModelFileList"];
export type ExtensionList = Schemas["ExtensionList"];
export type Template = Schemas["TemplateModel"];
export type NodeTypes = Schemas["NodeTypes"];
export type UploadedImage = Schemas["UploadedImage"];
export type EventFrame = Schemas["EventFrame"];
export type EventPage = Schemas["EventPage"];
export type ServerEvent = EventFrame["event"];
export type PreviewHeader = Schemas["PreviewHeader"];
export type Hello = Omit<Schemas["HelloFrame"], "worker"> & { worker: { state?: WorkerState } };

/** The pictures among what a node showed. Other kinds belong to plug-ins. */
export function imagesOf(event: Schemas["NodeFinishedEvent"]): OutputImage[] | undefined {
  return event.ui.images as OutputImage[] | undefined;
}

/** The lines of text among what a node showed. */
export function textsOf(event: Schemas["NodeFinishedEvent"]): string[] {
  const { text } = event.ui;
  return Array.isArray(text) ? text.map(String).filter((line) => line !== "") : [];
}

/** The node that an event is shown on: one that came of an expansion is shown on the node it came from. */
export function shownNode(event: { node: string; place?: Schemas["Place"] | null }): string {
  return event.place?.display ?? event.node;
}

/** Who submitted a job, as a message names its receiver. */
const OWNER = "@owner";
const LONGEST_LINE = 1000;

/**
 * The line of text in a node's message and the node it is shown on; null when it is something else or for one client
 * alone. ComfyUI's nodes tell theirs as `progress_text` with `{nodeId, text}`.
 */
export function lineOf(event: Schemas["NodeMessageEvent"]): { node: string; text: string } | null {
  if (event.client != null && event.client !== OWNER) return null;
  const data: unknown = event.data;
  if (typeof data === "string") return { node: event.node, text: data.slice(0, LONGEST_LINE) };
  if (typeof data !== "object" || data === null || !("text" in data) || typeof data.text !== "string") return null;
  const node = "nodeId" in data && typeof data.nodeId === "string" ? data.nodeId : event.node;
  return { node, text: data.text.slice(0, LONGEST_LINE) };
}
