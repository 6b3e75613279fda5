/** What bringing a sub-graph to the library's version does to the nodes that are made of it. */

import type { Face } from "./commands/subgraphs/faces";
import { canvases, instancesOn } from "./commands/subgraphs/faces";
import { goneSockets } from "./commands/subgraphs/library";
import type { WorkflowDocument } from "./document";
import type { Published } from "./published";
import { type Subgraph, subgraphsOf } from "./subgraphs";

/** One input, output or setting that comes, goes or becomes another. */
export interface FaceChange {
  face: Face;
  kind: "gained" | "lost" | "renamed" | "retyped";
  /** What it is called, or was before it went. */
  name: string;
  /** Its name or type before, where that is what changes. */
  was?: string;
  /** What it carries; empty for a setting. */
  type: string;
}

export interface LibraryChanges {
  /** The definition in the document. */
  id: string;
  title: string;
  /** How many nodes are made of it. */
  instances: number;
  faces: readonly FaceChange[];
  /** How many wires, drawn and named, end at what goes. */
  wires: number;
}

/** What changes when the definition `id` of a document becomes the published one; null where it is not there. */
export function libraryChanges(document: WorkflowDocument, id: string, now: Published): LibraryChanges | null {
  const before = subgraphsOf(document).find((item) => item.id === id);
  if (before === undefined) return null;
  let [instances, wires] = [0, 0];
  for (const canvas of canvases(document)) {
    const placed = new Set(instancesOn(canvas, id).map((node) => node.id));
    if (placed.size === 0) continue;
    const gone = goneSockets(before, now.root, placed);
    instances += placed.size;
    wires += canvas.wires.filter(({ from, to }) => gone(...from) || gone(...to)).length;
    wires += (canvas.named ?? []).filter((end) => gone(...(end.from ?? end.to ?? ["", ""]))).length;
  }
  return {
    id,
    title: before.title,
    instances,
    faces: FACES.flatMap((face) => changesOf(face, before, now.root)),
    wires,
  };
}

const FACES: readonly Face[] = ["inputs", "outputs", "widgets"];

function changesOf(face: Face, before: Subgraph, now: Subgraph): FaceChange[] {
  const [old, kept] = [before, now].map((item) => new Map(item[face].map((one) => [one.id, one] as const)));
  const lost = before[face].filter(({ id }) => kept?.has(id) !== true);
  return [
    ...now[face].flatMap((one): FaceChange[] => {
      const was = old?.get(one.id);
      const here = { face, name: one.name, type: typeOf(one) };
      if (was === undefined) return [{ ...here, kind: "gained" }];
      return [
        ...(was.name === one.name ? [] : [{ ...here, kind: "renamed", was: was.name } satisfies FaceChange]),
        ...(typeOf(was) === here.type ? [] : [{ ...here, kind: "retyped", was: typeOf(was) } satisfies FaceChange]),
      ];
    }),
    ...lost.map((one): FaceChange => ({ face, kind: "lost", name: one.name, type: typeOf(one) })),
  ];
}

function typeOf(one: Subgraph[Face][number]): string {
  return "type" in one && typeof one.type === "string" ? one.type : "";
}
