/**
 * Where everything in a node sits, computed from its spec alone. The renderer never measures: a node has its size,
 * and a wire its ends, before anything is drawn, and neither changes with the level of detail.
 * All figures are in canvas pixels on the 4 px grid.
 */

import type { GraphNode } from "@/graph/document";
import { type InputSpec, type NodeSpec, showsPicture, socketInputs, type Widget, widgetInputs } from "@/graph/spec";
import { isInstance } from "@/graph/subgraphs";

export const NODE_WIDTH = 240;
export const MIN_WIDTH = 200;
export const HEAD = 34;
export const ROW = 24;
export const WIDGET_ROW = 28;
export const FOOT = 8;
export const TEXT_ROW = 92;
export const SEED_ROW = 52;
export const PICTURE_ROW = 232;
export const PREVIEW_ROW = 168;
export const WORDS_ROW = 44;
export const INPUT_PICTURE_ROW = 144;

export interface SocketPlace {
  name: string;
  label?: string;
  type: string;
  required: boolean;
  /** The glyph's centre, from the node's top. */
  y: number;
}

export interface WidgetPlace {
  input: InputSpec & { widget: Widget };
  y: number;
  height: number;
  /** Takes the height that a resized node has to spare. */
  grows: boolean;
}

export interface Anatomy {
  width: number;
  height: number;
  inputs: SocketPlace[];
  outputs: SocketPlace[];
  widgets: WidgetPlace[];
  /** Rows that hold sockets only. */
  rows: number;
  /** What the picture area shows, if there is one. */
  picture: "result" | "preview" | "words" | null;
}

/** The anatomy of a node. A node of unknown type shows the sockets its wires name and its values as text. */
export function anatomyOf(node: GraphNode, spec: NodeSpec | undefined, wires: UnknownSockets = NO_SOCKETS): Anatomy {
  const given = spec ?? unknownSpec(node, wires);
  const sockets = socketInputs(given);
  const rows = Math.max(sockets.length, given.outputs.length);
  const place = (
    item: { name: string; label?: string; type: string },
    row: number,
    required: boolean,
  ): SocketPlace => ({
    name: item.name,
    ...(item.label === undefined ? {} : { label: item.label }),
    type: item.type,
    required,
    y: node.collapsed ? HEAD / 2 : HEAD + ROW * row + ROW / 2,
  });
  const inputs = sockets.map((input, row) => place(input, row, input.required));
  const outputs = given.outputs.map((output, row) => place(output, row, false));
  const widgets = placeWidgets(given, HEAD + ROW * rows);
  for (const widget of widgets) {
    const y = node.collapsed ? HEAD / 2 : widget.y + Math.min(widget.height, WIDGET_ROW) / 2;
    const { name, label } = widget.input;
    inputs.push({ name, ...(label === undefined ? {} : { label }), type: widget.input.type, required: false, y });
  }
  const picture = pictureOf(given);
  const last = widgets.at(-1);
  const body = (last === undefined ? HEAD + ROW * rows : last.y + last.height) + pictureHeight(picture) + FOOT;
  const [width, height] = node.size ?? [NODE_WIDTH, 0];
  return {
    width: Math.max(width, MIN_WIDTH),
    height: node.collapsed ? HEAD : Math.max(height, body),
    inputs,
    outputs,
    widgets,
    rows,
    picture,
  };
}

function placeWidgets(spec: NodeSpec, top: number): WidgetPlace[] {
  let y = top;
  return widgetInputs(spec).map((input) => {
    const height = widgetHeight(input.widget);
    const place = { input, y, height, grows: input.widget.kind === "text" && input.widget.multiline };
    y += height;
    return place;
  });
}

function widgetHeight(widget: Widget): number {
  if (widget.kind === "text" && widget.multiline) return TEXT_ROW;
  if (widget.kind === "integer" && widget.seed) return SEED_ROW;
  if (widget.kind === "file" && showsPicture(widget)) return WIDGET_ROW + INPUT_PICTURE_ROW;
  return WIDGET_ROW;
}

function pictureOf(spec: NodeSpec): Anatomy["picture"] {
  const takes = (type: string) => spec.inputs.some((input) => input.type === type);
  if (spec.category === "metrics") return spec.is_output ? "words" : null;
  if (spec.is_output && (isInstance(spec.id) || takes("IMAGE"))) return "result";
  return paints(spec, takes) ? "preview" : null;
}

/** Whether a node runs a network step by step towards something to look at: it has a guider, or a model and a seed. */
function paints(spec: NodeSpec, takes: (type: string) => boolean): boolean {
  if (!spec.outputs.some((output) => output.type === "LATENT" || output.type === "IMAGE")) return false;
  return takes("GUIDER") || (takes("MODEL") && widgetInputs(spec).some(({ widget }) => isSeed(widget)));
}

function isSeed(widget: Widget): boolean {
  return widget.kind === "integer" && widget.seed;
}

function pictureHeight(picture: Anatomy["picture"]): number {
  if (picture === null) return 0;
  if (picture === "words") return WORDS_ROW;
  return picture === "result" ? PICTURE_ROW : PREVIEW_ROW;
}

/** Sockets that wires name on a node whose type is unknown. */
export interface UnknownSockets {
  inputs: readonly string[];
  outputs: readonly string[];
}

const NO_SOCKETS: UnknownSockets = { inputs: [], outputs: [] };

function unknownSpec(node: GraphNode, wires: UnknownSockets): NodeSpec {
  const socket = { type: "*", tooltip: "" };
  const widgets = Object.keys(node.widgets).map(
    (name): InputSpec => ({
      ...socket,
      name,
      required: false,
      lazy: false,
      widget: { kind: "text", default: null, multiline: false, placeholder: "" },
    }),
  );
  const wired = wires.inputs
    .filter((name) => !(name in node.widgets))
    .map((name): InputSpec => ({ ...socket, name, required: false, lazy: false, widget: null }));
  return {
    id: node.type,
    title: node.type,
    category: "",
    description: "",
    version: "",
    inputs: [...wired, ...widgets],
    outputs: wires.outputs.map((name) => ({ ...socket, name, is_list: false })),
    is_output: false,
    cacheable: true,
    deprecated: false,
    experimental: false,
    aliases: [],
    source: "",
  };
}
