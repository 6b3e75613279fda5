/**
 * Reading workflows from what people drop on the page: our JSON, ComfyUI's prompt JSON, a PNG, WebP or JPEG that carries
 * either, or the plain text of other programs. ComfyUI's canvas JSON is recognised here and read by the server.
 */

import { DOCUMENT_VERSION, type GraphNode, type Wire, type WorkflowDocument } from "../document";
import { readForm } from "../form";
import { newId } from "../ids";
import { boundaryAround } from "../inside";
import type { NamedEnd } from "../named";
import type { Reroute } from "../reroutes";
import type { Catalogue } from "../spec";
import type { PromotedWidget, Subgraph, SubgraphSocket } from "../subgraphs";
import { exifTexts } from "./exif";
import { parametersToPrompt, readParameters } from "./parameters";
import { pngTexts } from "./png";
import { isPromptForm, promptToDocument } from "./prompt";

/** Why a file gave no workflow. The page words `code`; `detail` is for the reader who asks. */
export class UnreadableWorkflow extends Error {
  constructor(
    readonly code: "not_json" | "not_workflow" | "newer" | "canvas_json" | "no_metadata",
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
  const texts = bytes[0] === 0x89 && bytes[1] === 0x50 ? await pngTexts(bytes) : exifByKey(exifTexts(bytes));
  if (texts.size > 0) return readTexts(texts, catalogue, titleOf(name));
  if (PICTURE.test(name) || bytes[0] === 0x89) throw new UnreadableWorkflow("no_metadata");
  return parseWorkflow(new TextDecoder().decode(bytes), catalogue, titleOf(name));
}

const PICTURE = /\.(png|webp|jpe?g)$/i;
const KEYS = ["noiseloom", "workflow", "prompt"] as const;

/** The best of what a picture carries: our document, a canvas, run form, another program's plain text. */
function readTexts(texts: ReadonlyMap<string, string>, catalogue: Catalogue, title: string): WorkflowDocument {
  let broken: UnreadableWorkflow | null = null;
  for (const key of KEYS) {
    const text = texts.get(key);
    if (text === undefined) continue;
    try {
      return parseWorkflow(text, catalogue, title);
    } catch (error) {
      // Programs leave an empty `workflow` beside a good `prompt`.
      if (!(error instanceof UnreadableWorkflow) || !/^not_/.test(error.code)) throw error;
      broken ??= error;
    }
  }
  for (const text of texts.values()) {
    const parameters = readParameters(text);
    if (parameters !== null) return promptToDocument(parametersToPrompt(parameters, catalogue), catalogue, title);
  }
  throw broken ?? new UnreadableWorkflow("no_metadata");
}

/** EXIF has no keywords: programs write `workflow:{…}`, or one JSON object of them, or bare JSON, or plain text. */
function exifByKey(texts: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of texts) {
    const [, key, value] = /^(noiseloom|workflow|prompt):\s*(\{[\s\S]*)$/i.exec(text) ?? [];
    if (key !== undefined && value !== undefined) found.set(key.toLowerCase(), value);
    else if (text.startsWith("{")) sortObject(text, found);
    else found.set(`text ${found.size}`, text);
  }
  return found;
}

function sortObject(text: string, found: Map<string, string>): void {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const inner = KEYS.filter((key) => isObject(value[key]) || typeof value[key] === "string");
    for (const key of inner) found.set(key, typeof value[key] === "string" ? value[key] : JSON.stringify(value[key]));
    if (inner.length === 0 || "nodes" in value) found.set("nodes" in value ? "workflow" : "prompt", text);
  } catch {
    found.set(`text ${found.size}`, text);
  }
}

/** The workflow in a JSON text. */
export function parseWorkflow(text: string, catalogue: Catalogue, title = ""): WorkflowDocument {
  const parameters = text.trimStart().startsWith("{") ? null : readParameters(text);
  if (parameters !== null) return promptToDocument(parametersToPrompt(parameters, catalogue), catalogue, title);
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
  const { named, subgraphs, reroutes, inside, form: stated, ...kept } = given;
  const form = readForm(stated);
  return {
    ...kept,
    ...(Array.isArray(named) ? { named: named.filter(isNamedEnd) } : {}),
    ...(Array.isArray(reroutes) ? { reroutes: reroutes.filter(isReroute) } : {}),
    ...(Array.isArray(subgraphs) ? { subgraphs: readSubgraphs(subgraphs) } : {}),
    ...(form === undefined ? {} : { form }),
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

/** Definitions from parsed JSON; what has no id is left out. */
export function readSubgraphs(values: readonly unknown[]): Subgraph[] {
  return values.filter(isDefinition).map((value) => {
    const list = (key: string): unknown[] => (Array.isArray(value[key]) ? value[key] : []);
    const nodes = list("nodes").filter(isObject).map(readNode);
    const { named, reroutes, ...kept } = value;
    return {
      ...kept,
      id: value.id,
      title: typeof value.title === "string" ? value.title : "",
      inputs: list("inputs").filter(isDefinition).map(readSocket),
      outputs: list("outputs").filter(isDefinition).map(readSocket),
      widgets: list("widgets").filter(isPromoted).map(readPromoted),
      nodes,
      wires: list("wires").filter(isWire),
      frames: list("frames") as Subgraph["frames"],
      ...(Array.isArray(named) ? { named: named.filter(isNamedEnd) } : {}),
      ...(Array.isArray(reroutes) ? { reroutes: reroutes.filter(isReroute) } : {}),
      boundary: isBoundary(value.boundary) ? value.boundary : boundaryAround(nodes),
    };
  });
}

function readSocket(value: Record<string, unknown> & { id: string }): SubgraphSocket {
  const { name, type } = value;
  return {
    ...value,
    name: typeof name === "string" && name !== "" ? name : value.id,
    type: typeof type === "string" && type !== "" ? type : "*",
  };
}

function readPromoted(value: PromotedWidget): PromotedWidget {
  return { ...value, name: typeof value.name === "string" && value.name !== "" ? value.name : value.widget };
}

function isPromoted(value: unknown): value is PromotedWidget {
  return isDefinition(value) && typeof value.node === "string" && typeof value.widget === "string";
}

function isBoundary(value: unknown): value is NonNullable<Subgraph["boundary"]> {
  return isObject(value) && isPlace(value.inputs) && isPlace(value.outputs);
}

function isPlace(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
}

function isReroute(value: unknown): value is Reroute {
  return isDefinition(value) && isPlace(value.position);
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

function isDefinition(value: unknown): value is Record<string, unknown> & { id: string } {
  return isObject(value) && typeof value.id === "string";
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "string");
}

/** A file's name as a title, without its ending. */
function titleOf(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}
