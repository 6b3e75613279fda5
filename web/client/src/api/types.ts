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
export type ImageRecord = Schemas["ImageModel"];
export type SystemInfo = Schemas["SystemModel"];
export type WorkerState = Schemas["WorkerModel"]["state"];
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
