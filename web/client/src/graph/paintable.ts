/** Nodes whose picture can carry a painted mask. */

import { several } from "./commands/several";
import { setWidget } from "./commands/widgets";
import type { GraphNode } from "./document";
import type { Command } from "./history";
import { type NodeSpec, showsPicture } from "./spec";

export interface Paintable {
  /** The input that names the picture. */
  picture: string;
  /** The input that names its mask. */
  mask: string;
}

/** The inputs of a node that names a picture and a mask for it, or null. */
export function paintable(spec: NodeSpec | undefined): Paintable | null {
  const files = spec?.inputs.flatMap(({ name, widget }) => (widget?.kind === "file" ? [{ name, widget }] : [])) ?? [];
  const picture = files.find(({ widget }) => showsPicture(widget));
  const mask = files.find(({ name, widget }) => name === "mask" && widget.optional === true);
  return picture === undefined || mask === undefined ? null : { picture: picture.name, mask: mask.name };
}

/** Name another picture. The mask of the old one goes with it, in the same step. */
export function choosePicture(node: GraphNode, spec: NodeSpec | undefined, name: string, file: string): Command {
  const set = setWidget(node.id, name, file);
  const inputs = paintable(spec);
  if (inputs === null || inputs.picture !== name || (node.widgets[inputs.mask] ?? "") === "") return set;
  return several("edit", [set, setWidget(node.id, inputs.mask, "")]);
}
