/** The node types that the server knows. */

import { create } from "zustand";
import { getNodeTypes } from "@/api/client";
import { idleNodes } from "@/graph/idle";
import { type Catalogue, catalogueOf, type NodeSpec } from "@/graph/spec";
import { withSubgraphs } from "@/graph/subgraphSpecs";
import { currentDocument, shown, useWorkspace, wholeDocument } from "@/state/workflow/workspace";

interface CatalogueState {
  catalogue: Catalogue;
  loaded: boolean;
}

export const useCatalogue = create<CatalogueState>(() => ({ catalogue: new Map(), loaded: false }));

/** Ask for the node types again. A failed request keeps what is known. */
export async function reloadCatalogue(): Promise<void> {
  useCatalogue.setState({ catalogue: catalogueOf(await getNodeTypes()), loaded: true });
}

/** What may stand on the canvas now: the server's node types, and the sub-graphs of the open document. */
export function currentCatalogue(): Catalogue {
  return withSubgraphs(useCatalogue.getState().catalogue, currentDocument());
}

/** Node types of the whole document, wherever the person is in it. */
export function wholeCatalogue(): Catalogue {
  return withSubgraphs(useCatalogue.getState().catalogue, wholeDocument());
}

/** The same inside components. */
export function useKnownTypes(): Catalogue {
  const catalogue = useCatalogue((state) => state.catalogue);
  return useWorkspace((state) => withSubgraphs(catalogue, shown(state)));
}

/** Node types of the whole document, inside components. */
export function useWholeCatalogue(): Catalogue {
  const catalogue = useCatalogue((state) => state.catalogue);
  return useWorkspace((state) => withSubgraphs(catalogue, state.history.document));
}

/** The nodes of the canvas on the screen that will not run, since something muted feeds them. */
export function useIdleNodes(): ReadonlySet<string> {
  const catalogue = useCatalogue((state) => state.catalogue);
  return useWorkspace((state) => idleNodes(shown(state), withSubgraphs(catalogue, shown(state))));
}

/** Whether one of them is this. */
export function useIdle(id: string): boolean {
  const catalogue = useCatalogue((state) => state.catalogue);
  return useWorkspace((state) => idleNodes(shown(state), withSubgraphs(catalogue, shown(state))).has(id));
}

export function useSpec(type: string | undefined): NodeSpec | undefined {
  const catalogue = useCatalogue((state) => state.catalogue);
  return useWorkspace((state) => (type === undefined ? undefined : withSubgraphs(catalogue, shown(state)).get(type)));
}
