/** What the mask editor is to edit, from its address: a node's picture, or a picture that no node shows yet. */

import { nodeIndex } from "@/graph/document";
import { fileOf, type NamedFile } from "@/graph/fileNames";
import { type Paintable, paintable } from "@/graph/paintable";
import { defaultValue, widgetInputs } from "@/graph/spec";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";

export interface Target {
  /** The node, or null: saving then adds one. */
  node: string | null;
  inputs: Paintable;
  /** Values of the widgets. */
  picture: string;
  mask: string;
  file: NamedFile;
  /** Unsaved strokes are kept under it. */
  key: string;
}

const LOADER = "LoadImage";

/** The target of `node:<id>` or `file:<value>`, or null where there is nothing to paint on. */
export function targetOf(path: string): Target | null {
  const catalogue = currentCatalogue();
  if (path.startsWith("file:")) {
    const inputs = paintable(catalogue.get(LOADER));
    const picture = path.slice("file:".length);
    return inputs === null ? null : { node: null, inputs, picture, mask: "", file: fileOf(picture), key: path };
  }
  const document = currentDocument();
  const node = nodeIndex(document).get(path.slice("node:".length));
  const spec = node === undefined ? undefined : catalogue.get(node.type);
  const inputs = paintable(spec);
  if (node === undefined || spec === undefined || inputs === null) return null;
  const value = (name: string) => {
    const input = widgetInputs(spec).find((item) => item.name === name);
    return String(node.widgets[name] ?? (input === undefined ? "" : defaultValue(input.widget)));
  };
  const picture = value(inputs.picture);
  if (picture === "") return null;
  const key = `${document.id}/${node.id}/${picture}`;
  return { node: node.id, inputs, picture, mask: value(inputs.mask), file: fileOf(picture), key };
}
