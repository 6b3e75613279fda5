import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowDocument } from "@/graph/document";
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
