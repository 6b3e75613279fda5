/** The library of published sub-graphs, and what it offers as node types. */

import { create } from "zustand";
import { getLibrary } from "@/api/library";
import { readDocument, UnreadableWorkflow } from "@/graph/io/read";
import { type Published, publishedIn } from "@/graph/published";
import type { Catalogue, NodeSpec } from "@/graph/spec";
import { withSubgraphs } from "@/graph/subgraphSpecs";
import { instanceType } from "@/graph/subgraphs";
import { currentCatalogue, useCatalogue } from "@/state/nodes/catalogue";

interface Library {
  published: readonly Published[];
  /** Names of those that this page cannot read. */
  unreadable: readonly string[];
  loaded: boolean;
}

export const useLibrary = create<Library>(() => ({ published: [], unreadable: [], loaded: false }));

/** Ask for the library again. Raises ApiError; what is known stays. */
export async function loadLibrary(): Promise<void> {
  const entries = await getLibrary();
  const published: Published[] = [];
  const unreadable: string[] = [];
  for (const { name, revision, description, workflow } of entries) {
    const found = workflow == null ? null : read(workflow, { name, revision }, description);
    if (found === null) unreadable.push(name);
    else published.push(found);
  }
  useLibrary.setState({ published, unreadable, loaded: true });
}

function read(workflow: object, origin: { name: string; revision: string }, description: string): Published | null {
  try {
    return publishedIn(readDocument(workflow), origin, description);
  } catch (error) {
    if (!(error instanceof UnreadableWorkflow)) throw error;
    return null;
  }
}

const TYPE = "library:";
/** Where such a node type says that it comes from. */
export const LIBRARY = "library";

/** Whether a node type is one of the library: on the canvas it becomes an instance. */
export function isPublished(type: string): boolean {
  return type.startsWith(TYPE);
}

/** The published sub-graph behind a node type of the library. */
export function publishedOf(type: string): Published | undefined {
  if (!isPublished(type)) return undefined;
  const name = type.slice(TYPE.length);
  return useLibrary.getState().published.find((item) => item.name === name);
}

const known = new WeakMap<readonly Published[], WeakMap<Catalogue, Catalogue>>();

/** The library as node types. The same objects in give the same object out. */
function typesOf(published: readonly Published[], catalogue: Catalogue): Catalogue {
  const byCatalogue = known.get(published) ?? new WeakMap<Catalogue, Catalogue>();
  known.set(published, byCatalogue);
  const before = byCatalogue.get(catalogue);
  if (before !== undefined) return before;
  const made = new Map(published.map((item) => [TYPE + item.name, specOf(item, catalogue)] as const));
  const whole = new Map([...made].filter((entry): entry is [string, NodeSpec] => entry[1] !== undefined));
  byCatalogue.set(catalogue, whole);
  return whole;
}

function specOf({ name, description, root, all }: Published, catalogue: Catalogue): NodeSpec | undefined {
  const spec = withSubgraphs(catalogue, { subgraphs: [...all] }).get(instanceType(root.id));
  if (spec === undefined) return undefined;
  const folders = name.split("/").slice(0, -1);
  return { ...spec, id: TYPE + name, category: [LIBRARY, ...folders].join("/"), description, source: LIBRARY };
}

/** The library as node types, inside components. */
export function useLibraryTypes(): Catalogue {
  const published = useLibrary((state) => state.published);
  return typesOf(
    published,
    useCatalogue((state) => state.catalogue),
  );
}

/** A node type that can be added: one that may stand on the canvas, or one of the library. */
export function offeredType(type: string): NodeSpec | undefined {
  const library = typesOf(useLibrary.getState().published, useCatalogue.getState().catalogue);
  return currentCatalogue().get(type) ?? library.get(type);
}
