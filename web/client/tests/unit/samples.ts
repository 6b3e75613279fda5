import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Shape } from "@/graph/boxes";
import type { GraphNode, WorkflowDocument } from "@/graph/document";
import { readDocument } from "@/graph/io/read";
import { type Catalogue, catalogueOf, type NodeSpec } from "@/graph/spec";

export const REPOSITORY = join(import.meta.dirname, "../../../../");

/** The node types that the repository ships. */
export function shippedCatalogue(): Catalogue {
  return catalogueOf(JSON.parse(readFileSync(`${REPOSITORY}nodes/catalogue.json`, "utf8")) as NodeSpec[]);
}

/** The first workflow a person meets. */
export function firstPicture(): WorkflowDocument {
  return readDocument(JSON.parse(readFileSync(`${REPOSITORY}workflows/text-to-image.json`, "utf8")) as object);
}

/** Sizes as a node might have: sockets by name at fixed heights, so that tests can reckon with them. */
export function shapeOf(node: GraphNode): Shape {
  const spec = CATALOGUE.get(node.type);
  const heights = (sockets: readonly { name: string }[]) =>
    new Map(sockets.map(({ name }, row) => [name, 46 + 24 * row]));
  const rows = Math.max(spec?.inputs.length ?? 1, spec?.outputs.length ?? 1);
  return {
    width: 240,
    height: 48 + 24 * rows,
    inputs: heights(spec?.inputs ?? []),
    outputs: heights(spec?.outputs ?? []),
  };
}

const CATALOGUE = shippedCatalogue();
