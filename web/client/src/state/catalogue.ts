/** The node types that the server knows. */

import { create } from "zustand";
import { getNodeTypes } from "@/api/client";
import { type Catalogue, catalogueOf, type NodeSpec } from "@/graph/spec";

interface CatalogueState {
  catalogue: Catalogue;
  loaded: boolean;
}

export const useCatalogue = create<CatalogueState>(() => ({ catalogue: new Map(), loaded: false }));

/** Ask for the node types again. A failed request keeps what is known. */
export async function reloadCatalogue(): Promise<void> {
  useCatalogue.setState({ catalogue: catalogueOf(await getNodeTypes()), loaded: true });
}

export function currentCatalogue(): Catalogue {
  return useCatalogue.getState().catalogue;
}

export function useSpec(type: string | undefined): NodeSpec | undefined {
  return useCatalogue((state) => (type === undefined ? undefined : state.catalogue.get(type)));
}
