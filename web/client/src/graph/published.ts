/**
 * Sub-graphs of the library. A published one is a document with a single instance and the definitions that it needs;
 * a workflow that uses it carries a copy, marked with the name and the version that it came from.
 */

import { emptyDocument, type GraphNode, newNode, type WorkflowDocument } from "./document";
import { newId } from "./ids";
import type { WidgetValue } from "./spec";
import { instanceType, neededSubgraphs, nodesOf, type Subgraph, subgraphOf, subgraphsOf } from "./subgraphs";

/** Where a definition came from. */
export interface Origin {
  name: string;
  revision: string;
}

export interface Published extends Origin {
  description: string;
  root: Subgraph;
  /** The root and all that it needs. */
  all: readonly Subgraph[];
  /** What a new instance begins with. */
  widgets: Readonly<Record<string, WidgetValue>>;
}

/** The mark of a definition that came from the library. */
export function originOf(definition: Subgraph): Origin | null {
  const { published } = definition;
  if (typeof published !== "object" || published === null) return null;
  const { name, revision } = published as Partial<Origin>;
  return typeof name === "string" && typeof revision === "string" ? { name, revision } : null;
}

/** The document to publish for a definition, with the values of `instance` as those to begin with. */
export function publishedDocument(
  document: WorkflowDocument,
  definition: Subgraph,
  instance: GraphNode | undefined,
  title: string,
): WorkflowDocument {
  const type = instanceType(definition.id);
  const all = structuredClone(neededSubgraphs(subgraphsOf(document), [type]));
  const fresh = emptyDocument(title);
  const node: GraphNode = {
    ...newNode(fresh, type, [0, 0]),
    id: "instance",
    widgets: structuredClone(instance?.widgets ?? {}),
    ...(instance?.seeds === undefined ? {} : { seeds: { ...instance.seeds } }),
  };
  for (const item of all) {
    if (item.id !== definition.id) continue;
    item.title = title;
    // Where it was taken from is no part of it: the same content has the same revision.
    delete item.published;
  }
  return { ...fresh, nodes: [node], subgraphs: all };
}

/** What a document of the library holds; null where it is not of that form. */
export function publishedIn(document: WorkflowDocument, origin: Origin, description: string): Published | null {
  const [instance, ...more] = document.nodes;
  const root = instance === undefined || more.length > 0 ? undefined : subgraphOf(document, instance.type);
  if (instance === undefined || root === undefined) return null;
  const all = neededSubgraphs(subgraphsOf(document), [instance.type]);
  return { ...origin, description, root, all, widgets: instance.widgets };
}

/** Definitions of a document that the library has another version of. */
export function outdated(document: WorkflowDocument, library: readonly Published[]): Subgraph[] {
  const byName = new Map(library.map((item) => [item.name, item]));
  return subgraphsOf(document).filter((definition) => {
    const origin = originOf(definition);
    const now = origin === null ? undefined : byName.get(origin.name);
    return now !== undefined && now.revision !== origin?.revision;
  });
}

export interface Copies {
  /** The root under the id that it has in the document. */
  root: Subgraph;
  /** Definitions that the document has to take in, the root not among them. */
  added: Subgraph[];
}

/**
 * Copies of a published sub-graph for a document: what the document has already, with the same content, is used again.
 * Those in `avoid` never are: they would hold themselves.
 */
export function copiesFor(document: WorkflowDocument, published: Published, avoid: ReadonlySet<string>): Copies {
  const here = subgraphsOf(document).filter(({ id }) => !avoid.has(id));
  const taken = new Set(subgraphsOf(document).map(({ id }) => id));
  const types = new Map<string, string>();
  const added: Subgraph[] = [];
  for (const definition of innermostFirst(published.all)) {
    const copy = structuredClone(definition);
    for (const node of nodesOf(copy)) node.type = types.get(node.type) ?? node.type;
    if (definition === published.root) {
      return { root: { ...copy, published: { name: published.name, revision: published.revision } }, added };
    }
    const known = here.find((item) => sameContent(item, copy));
    if (known === undefined) {
      if (taken.has(copy.id)) copy.id = newId();
      taken.add(copy.id);
      added.push(copy);
    }
    types.set(instanceType(definition.id), instanceType(known?.id ?? copy.id));
  }
  throw new Error("a published sub-graph holds itself");
}

/** Those that others are made of come before them; what holds itself is left out. */
function innermostFirst(all: readonly Subgraph[]): Subgraph[] {
  const ordered: Subgraph[] = [];
  let waiting = [...all];
  while (waiting.length > 0) {
    const missing = new Set(waiting.map(({ id }) => instanceType(id)));
    const ready = waiting.filter((definition) => !nodesOf(definition).some(({ type }) => missing.has(type)));
    if (ready.length === 0) break;
    ordered.push(...ready);
    waiting = waiting.filter((definition) => !ready.includes(definition));
  }
  return ordered;
}

/** Whether two definitions are the same but for their ids and where they came from. */
export function sameContent(one: Subgraph, other: Subgraph): boolean {
  return essence({ ...one, id: "", published: null }) === essence({ ...other, id: "", published: null });
}

/** A value as text, whatever the order of its fields; fields that say nothing are as if they were not there. */
function essence(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const told = Object.entries(item).filter(([, inner]) => inner !== undefined && inner !== null && !isEmpty(inner));
    return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function isEmpty(value: unknown): boolean {
  if (value === "" || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
