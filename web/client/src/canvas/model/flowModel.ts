/** The document as React Flow wants it. Objects are reused while what they show is unchanged, so that little re-renders. */

import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import { DOT } from "@/canvas/wires/dottedLine";
import { commentLine, isComment } from "@/graph/comments";
import {
  type Frame,
  type GraphNode,
  incomingWires,
  outgoingWires,
  type Wire,
  type WorkflowDocument,
  wireId,
} from "@/graph/document";
import { namedAt } from "@/graph/named";
import { type Reroute, reroutesOf, wireThrough } from "@/graph/reroutes";
import { type Catalogue, type NodeSpec, socketInputs } from "@/graph/spec";
import { type Anatomy, anatomyOf } from "./anatomy";

export interface StepData extends Record<string, unknown> {
  source: GraphNode;
  spec: NodeSpec | undefined;
  wired: string;
  label: string;
}
export interface FrameData extends Record<string, unknown> {
  source: Frame;
}
export type StepFlowNode = Node<StepData, "step">;
export type FrameFlowNode = Node<FrameData, "frame">;
export type DotFlowNode = Node<{ source: Reroute }, "reroute">;
export type CommentFlowNode = Node<FrameData, "comment">;
export type FlowNode = StepFlowNode | FrameFlowNode | CommentFlowNode | DotFlowNode;
export type WireEdge = Edge<{ wire: Wire; type: string }, "wire">;

/** A socket's box: a sliver on the node's border, so that wires end there; its glyph and target reach beyond it. */
const SLIVER = 2;
/** Places in a node count from inside its border. */
const BORDER = 1;
const TALL = 24;

/** Nodes and frames of the document. `label` names a node for screen readers. */
export function flowNodes(
  document: WorkflowDocument,
  catalogue: Catalogue,
  before: readonly FlowNode[],
  label: (node: GraphNode) => string,
): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const frames = document.frames.map((frame): FlowNode => {
    const old = known.get(frame.id);
    if ((old?.type === "frame" || old?.type === "comment") && old.data.source === frame) return old;
    return isComment(frame) ? commentNode(frame, old) : frameNode(frame, old);
  });
  const steps = document.nodes.map((node): FlowNode => {
    const old = known.get(node.id);
    const wired = wiredKey(document, node.id);
    const data = { source: node, spec: catalogue.get(node.type), wired, label: label(node) };
    const same =
      old?.type === "step" &&
      old.data.source === node &&
      old.data.spec === data.spec &&
      old.data.wired === wired &&
      old.data.label === data.label;
    return same ? old : stepNode(document, data, old);
  });
  const through = wireThrough(document);
  const dots = reroutesOf(document).flatMap((dot): FlowNode[] => {
    if (!through.has(dot.id)) return [];
    const old = known.get(dot.id);
    return [old?.type === "reroute" && old.data.source === dot ? old : dotNode(dot, old)];
  });
  return [...frames, ...steps, ...dots];
}

/** Names of a node's wired sockets as one text: equal texts mean equal wiring. */
export function wiredKey(document: WorkflowDocument, node: string): string {
  const outputs = new Set(outgoingWires(document, node).map((wire) => wire.from[1]));
  return JSON.stringify([[...wiredInputs(document, node)], [...outputs]]);
}

/** Inputs that a wire ends in, drawn or named. */
function wiredInputs(document: WorkflowDocument, node: string): ReadonlySet<string> {
  return new Set([...incomingWires(document, node).keys(), ...namedAt(document, node).in.keys()]);
}

/** The anatomy of a node of the document. */
export function anatomyIn(document: WorkflowDocument, node: GraphNode, spec: NodeSpec | undefined): Anatomy {
  if (spec !== undefined) return anatomyOf(node, spec);
  return anatomyOf(node, spec, {
    inputs: [...incomingWires(document, node.id).keys()],
    outputs: [...new Set(outgoingWires(document, node.id).map((wire) => wire.from[1]))],
  });
}

function stepNode(document: WorkflowDocument, data: StepData, old: FlowNode | undefined): StepFlowNode {
  const { source, spec } = data;
  const anatomy = anatomyIn(document, source, spec);
  const { width, height } = anatomy;
  return {
    id: source.id,
    type: "step",
    position: { x: source.position[0], y: source.position[1] },
    data,
    width,
    height,
    measured: { width, height },
    handles: handlesOf(anatomy, wiredInputs(document, source.id), spec),
    draggable: !source.pinned,
    selected: old?.selected ?? false,
    ariaLabel: data.label,
    ariaRole: "group",
    // One tab stop for the whole canvas: nodes take the keyboard from arrows, clicks and searches.
    domAttributes: { tabIndex: -1, "aria-labelledby": nameId(source.id) },
  };
}

/** The element that holds a node's name in full while the node is drawn near; from afar its label stands in. */
export function nameId(node: string): string {
  return `name-${encodeURIComponent(node)}`;
}

/** Ends for wires: every plain socket, and each widget that has a wire. */
function handlesOf(anatomy: Anatomy, wired: ReadonlySet<string>, spec: NodeSpec | undefined): NodeHandle[] {
  const plain = new Set(spec === undefined ? [] : socketInputs(spec).map((input) => input.name));
  const handle = (name: string, y: number, side: "source" | "target"): NodeHandle => ({
    id: name,
    type: side,
    position: side === "source" ? Position.Right : Position.Left,
    x: side === "source" ? anatomy.width - BORDER - SLIVER / 2 : BORDER - SLIVER / 2,
    y: y + BORDER - TALL / 2,
    width: SLIVER,
    height: TALL,
  });
  return [
    ...anatomy.inputs
      .filter((socket) => plain.has(socket.name) || wired.has(socket.name))
      .map((socket) => handle(socket.name, socket.y, "target")),
    ...anatomy.outputs.map((socket) => handle(socket.name, socket.y, "source")),
  ];
}

/** No ends for wires. Said outright: a box takes in whatever node's ends are not known yet, wherever it stands. */
const NONE: NodeHandle[] = [];

function dotNode(source: Reroute, old: FlowNode | undefined): DotFlowNode {
  const [x, y] = source.position;
  return {
    id: source.id,
    type: "reroute",
    position: { x, y },
    origin: [0.5, 0.5],
    data: { source },
    width: DOT,
    height: DOT,
    measured: { width: DOT, height: DOT },
    handles: NONE,
    selected: old?.selected ?? false,
  };
}

function frameNode(frame: Frame, old: FlowNode | undefined): FrameFlowNode {
  const [x, y, width, height] = frame.bounds;
  return {
    id: frame.id,
    type: "frame",
    position: { x, y },
    data: { source: frame },
    width,
    height,
    measured: { width, height },
    handles: NONE,
    // Under the wires, which are under the nodes.
    zIndex: -2,
    // The canvas lies under a frame: its body lets the pointer through, its title does not.
    style: { pointerEvents: "none" },
    dragHandle: "[data-frame-title]",
    selected: old?.selected ?? false,
    focusable: false,
  };
}

function commentNode(comment: Frame, old: FlowNode | undefined): CommentFlowNode {
  const [x, y, width, height] = comment.bounds;
  return {
    id: comment.id,
    type: "comment",
    position: { x, y },
    data: { source: comment },
    width,
    height,
    measured: { width, height },
    handles: NONE,
    // Over the nodes: one that is put where a node stands would be hidden by it.
    zIndex: 1,
    selected: old?.selected ?? false,
    ariaLabel: commentLine(comment),
    ariaRole: "note",
    domAttributes: { tabIndex: -1 },
  };
}

/** Wires of the document. */
export function flowEdges(
  document: WorkflowDocument,
  catalogue: Catalogue,
  nodes: ReadonlyMap<string, GraphNode>,
  before: readonly WireEdge[],
  label: (wire: Wire, type: string, source: GraphNode, target: GraphNode) => string,
): WireEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  return document.wires.flatMap((wire): WireEdge[] => {
    const source = nodes.get(wire.from[0]);
    const target = nodes.get(wire.to[0]);
    if (source === undefined || target === undefined) return [];
    const output = catalogue.get(source.type)?.outputs.find((item) => item.name === wire.from[1]);
    const type = output?.type ?? "*";
    const id = wireId(wire);
    const old = known.get(id);
    const ariaLabel = label(wire, type, source, target);
    if (old?.data?.type === type && old.data.wire === wire && old.ariaLabel === ariaLabel) return [old];
    return [
      {
        id,
        type: "wire",
        source: wire.from[0],
        sourceHandle: wire.from[1],
        target: wire.to[0],
        targetHandle: wire.to[1],
        data: { wire, type },
        selected: old?.selected ?? false,
        focusable: false,
        ariaLabel,
      },
    ];
  });
}
