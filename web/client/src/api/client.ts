/** Calls to the server's `/api/v1`. */

import type { NamedFile } from "@/graph/fileNames";
import type { NodeSpec } from "@/graph/spec";
import type {
  EventFrame,
  EventPage,
  ExtensionList,
  Job,
  JobDetail,
  NodeTypes,
  Problem,
  SystemInfo,
  Template,
  UploadedImage,
} from "./types";

const BASE = "/api/v1";

/** A refusal by the server, or no answer at all (`status` 0). `problems` may be empty. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(detail || title);
  }
}

/** One request. Raises ApiError. */
export async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = body === undefined || form ? {} : { "Content-Type": "application/json" };
  let response: Response;
  try {
    const payload = form ? body : JSON.stringify(body);
    response = await fetch(BASE + path, { method, headers, ...(body === undefined ? {} : { body: payload }) });
  } catch {
    throw new ApiError(0, "no_answer", "");
  }
  if (!response.ok) throw await refusal(response);
  return response.status === 204 ? (undefined as Answer) : ((await response.json()) as Answer);
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const said = (await response.json()) as { title?: string; detail?: string; problems?: Problem[] };
    return new ApiError(response.status, said.title ?? "", said.detail ?? "", said.problems ?? []);
  } catch {
    return new ApiError(response.status, response.statusText, "");
  }
}

/** The palette. */
export async function getNodeTypes(): Promise<NodeSpec[]> {
  const { nodes } = await call<NodeTypes>("GET", "/node-types");
  return nodes;
}

/** Ask for a run. `id` is made here, so that asking twice is one job. */
export function submitJob(wish: { id: string; workflow: unknown; targets?: string[]; front?: boolean }): Promise<Job> {
  return call("POST", "/jobs", wish);
}

export function getJob(id: string): Promise<JobDetail> {
  return call("GET", `/jobs/${encodeURIComponent(id)}`);
}

export function cancelJob(id: string): Promise<Job> {
  return call("POST", `/jobs/${encodeURIComponent(id)}/cancel`);
}

/** Every stored event of a job. */
export async function getJobEvents(id: string): Promise<EventFrame[]> {
  const frames: EventFrame[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: EventPage = await call("GET", `/jobs/${encodeURIComponent(id)}/events?after=${after}`);
    frames.push(...page.events);
    after = page.next;
  }
  return frames;
}

/** Upload a picture: into the input folder, or beside one that lies elsewhere. */
export function uploadImage(file: File, beside?: { type: string; subfolder: string }): Promise<UploadedImage> {
  const form = new FormData();
  for (const [name, value] of Object.entries(beside ?? {})) form.append(name, value);
  form.append("image", file, file.name);
  return call("POST", "/images", form);
}

/** ComfyUI's canvas as our document, with what could not be taken over as it was. */
export function convertCanvas(canvas: object): Promise<{ workflow: object; problems: Problem[] }> {
  return call("POST", "/workflows/convert", { workflow: canvas, to: "document" });
}

export async function getTemplates(): Promise<Template[]> {
  const { templates } = await call<{ templates: Template[] }>("GET", "/templates");
  return templates;
}

export function getTemplate(name: string): Promise<object> {
  return call("GET", `/templates/${encodeURIComponent(name)}`);
}

/** What plug-ins bring to the page. */
export function getExtensions(): Promise<ExtensionList> {
  return call("GET", "/extensions");
}

export function getSystem(): Promise<SystemInfo> {
  return call("GET", "/system");
}

/** Where a file of the server is served. */
export function fileUrl(root: string, path: string): string {
  return `${BASE}/files/${root}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Where the file is served that a widget names. */
export function fileUrlOf({ root, subfolder, name }: NamedFile): string {
  return fileUrl(root, subfolder === "" ? name : `${subfolder}/${name}`);
}
