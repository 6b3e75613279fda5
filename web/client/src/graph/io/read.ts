/**
 * Reading workflows from what people drop on the page: our JSON, ComfyUI's prompt JSON, a PNG that carries either.
 * ComfyUI's canvas JSON is recognised here and read by the server.
 */

import { DOCUMENT_VERSION, type GraphNode, type Wire, type WorkflowDocument } from "../document";
import { newId } from "../ids";
import type { NamedEnd } from "../named";
import type { Catalogue } from "../spec";
import type { Subgraph } from "../subgraphs";
import { pngTexts } from "./png";
import { isPromptForm, promptToDocument } from "./prompt";

/** Why a file gave no workflow. The page words `code`; `detail` is for the reader who asks. */
export class UnreadableWorkflow extends Error {
  constructor(
    readonly code: "not_json" | "not_workflow" | "newer" | "canvas_json" | "no_metadata" | "not_png",
    readonly detail = "",
  ) {
    super(`${code} ${detail}`.trim());
  }
}

/** A file that is ComfyUI's canvas: whoever asked has it converted. */
export class CanvasFile extends UnreadableWorkflow {
  constructor(readonly canvas: object) {
    super("canvas_json");
  }
}

/** The workflow in a dropped or opened file. Throws {@link UnreadableWorkflow}. */
export async function readWorkflowFile(file: Blob, name: string, catalogue: Catalogue): Promise<WorkflowDocument> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return readPng(bytes, catalogue);
  if (/\.(png|webp|jpe?g)$/i.test(name)) throw new UnreadableWorkflow("not_png", name);
  return parseWorkflow(new TextDecoder().decode(bytes), catalogue, titleOf(name));
}

async function readPng(bytes: Uint8Array, catalogue: Catalogue): Promise<WorkflowDocument> {
  const texts = await pngTexts(bytes);
  const text = texts.get("noiseloom") ?? texts.get("workflow") ?? texts.get("prompt");
  if (text === undefined) throw new UnreadableWorkflow("no_metadata");
  return parseWorkflow(text, catalogue);
}

/** The workflow in a JSON text. */
export function parseWorkflow(text: string, catalogue: Catalogue, title = ""): WorkflowDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableWorkflow("not_json", error instanceof Error ? error.message : "");
  }
  if (!isObject(value)) throw new UnreadableWorkflow("not_workflow");
  if ("noiseloom" in value) return readDocument(value);
  if (isPromptForm(value)) return promptToDocument(value, catalogue, title);
  if (Array.isArray(value.nodes)) throw new CanvasFile(value);
  throw new UnreadableWorkflow("not_workflow");
}

/** Our document from parsed JSON: missing fields take their defaults, unknown ones are kept. */
export function readDocument(value: object): WorkflowDocument {
  const given = value as Partial<Record<keyof WorkflowDocument, unknown>>;
  if (typeof given.noiseloom === "number" && given.noiseloom > DOCUMENT_VERSION) {
    throw new UnreadableWorkflow("newer", String(given.noiseloom));
  }
  if ((given.noiseloom !== 1 && given.noiseloom !== DOCUMENT_VERSION) || !Array.isArray(given.nodes))
    throw new UnreadableWorkflow("not_workflow");
  const { named, subgraphs, ...kept } = given;
  return {
    ...kept,
    ...(Array.isArray(named) ? { named: named.filter(isNamedEnd) } : {}),
    ...(Array.isArray(subgraphs) ? { subgraphs: subgraphs.filter(isSubgraph) } : {}),
    noiseloom: DOCUMENT_VERSION,
    id: typeof given.id === "string" ? given.id : newId(),
    title: typeof given.title === "string" ? given.title : "",
    nodes: given.nodes.filter(isObject).map(readNode),
    wires: (Array.isArray(given.wires) ? given.wires : []).filter(isWire),
    frames: (Array.isArray(given.frames) ? given.frames : []) as WorkflowDocument["frames"],
    view: isObject(given.view) ? (given.view as unknown as WorkflowDocument["view"]) : { x: 0, y: 0, zoom: 1 },
    extra: isObject(given.extra) ? given.extra : {},
  };
}

function readNode(value: Record<string, unknown>): GraphNode {
  const { id, type } = value;
  if (typeof id !== "string" || id === "" || typeof type !== "string") throw new UnreadableWorkflow("not_workflow");
  const [x, y] = Array.isArray(value.position) ? value.position : [0, 0];
  return {
    title: "",
    size: null,
    mode: "active",
    collapsed: false,
    pinned: false,
    color: null,
    ...value,
    id,
    type,
    position: [Number(x) || 0, Number(y) || 0],
    widgets: isObject(value.widgets) ? (value.widgets as GraphNode["widgets"]) : {},
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWire(value: unknown): value is Wire {
  return isObject(value) && isPair(value.from) && isPair(value.to);
}

function isNamedEnd(value: unknown): value is NamedEnd {
  return isObject(value) && typeof value.name === "string" && (isPair(value.from) || isPair(value.to));
}

function isSubgraph(value: unknown): value is Subgraph {
  return isObject(value) && typeof value.id === "string";
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "string");
}

/** A file's name as a title, without its ending. */
function titleOf(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}
