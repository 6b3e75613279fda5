/** Edits with sub-graphs of the library: taking one in, marking one as published, bringing one up to date. */

import type { GraphNode, WorkflowDocument } from "../../document";
import type { Command } from "../../history";
import { newId } from "../../ids";
import { copiesFor, type Origin, originOf, type Published, sameContent } from "../../published";
import { instanceType, neededSubgraphs, type Subgraph, subgraphsOf } from "../../subgraphs";
import { canvases, cut, instancesOn } from "./faces";

export interface Taken {
  command: Command;
  /** The type of its instances in this document. */
  type: string;
}

/** Take a published sub-graph into a document. A copy of the same version that nobody changed is used again. */
export function takeIn(document: WorkflowDocument, published: Published): Taken {
  const avoid = holding(document, document.inside?.definition.id);
  const { root, added } = copiesFor(document, published, avoid);
  const known = subgraphsOf(document).find(
    (item) => !avoid.has(item.id) && isFrom(item, published) && sameContent(item, root),
  );
  if (known !== undefined) return { command: NOTHING, type: instanceType(known.id) };
  const used = new Set([...subgraphsOf(document), ...added].map(({ id }) => id));
  const copy = used.has(root.id) ? { ...root, id: newId() } : root;
  return { type: instanceType(copy.id), command: adding([copy, ...added]) };
}

const NOTHING: Command = { label: "add", run: () => undefined };

function adding(definitions: readonly Subgraph[]): Command {
  return {
    label: "add",
    run(draft) {
      draft.subgraphs = [...(draft.subgraphs ?? []), ...structuredClone(definitions)];
    },
  };
}

function isFrom(definition: Subgraph, { name, revision }: Origin): boolean {
  const origin = originOf(definition);
  return origin?.name === name && origin.revision === revision;
}

/** A definition and all that hold it, somewhere inside. */
function holding(document: WorkflowDocument, id: string | undefined): Set<string> {
  if (id === undefined) return new Set();
  const all = subgraphsOf(document);
  const holds = (item: Subgraph) => neededSubgraphs(all, [instanceType(item.id)]).some((inner) => inner.id === id);
  return new Set(all.filter(holds).map((item) => item.id));
}

/** Note that a definition is in the library now, in this version and by this title. */
export function markPublished(id: string, origin: Origin, title: string): Command {
  return {
    label: "publish",
    run(draft) {
      const definition = draft.subgraphs?.find((item) => item.id === id);
      if (definition === undefined) return;
      definition.published = { name: origin.name, revision: origin.revision };
      definition.title = title;
    },
  };
}

/**
 * Bring a definition to the version in the library. Instances keep their wires and values where the sockets and
 * settings are still there; new settings begin as they were published.
 */
export function updateFromLibrary(document: WorkflowDocument, id: string, published: Published): Command {
  const before = subgraphsOf(document).find((item) => item.id === id);
  const old = neededSubgraphs(subgraphsOf(document), [instanceType(id)]).filter((item) => item.id !== id);
  const { root, added } = copiesFor(document, published, holding(document, id));
  return {
    label: "update",
    run(draft) {
      const at = draft.subgraphs?.findIndex((item) => item.id === id) ?? -1;
      if (draft.subgraphs === undefined || at < 0 || before === undefined) return;
      draft.subgraphs[at] = { ...structuredClone(root), id };
      draft.subgraphs.push(...structuredClone(added));
      for (const canvas of canvases(draft)) {
        const instances = instancesOn(canvas, id);
        const placed = new Set(instances.map((node) => node.id));
        if (placed.size === 0) continue;
        cut(canvas, goneSockets(before, root, placed));
        for (const node of instances) fitValues(node, before, root, published);
      }
      forget(draft, old);
    },
  };
}

/** Whether a wire's end is at a socket that only the old version had. */
export function goneSockets(before: Subgraph, now: Subgraph, placed: ReadonlySet<string>) {
  const faces = (item: Subgraph) => [...item.inputs, ...item.outputs, ...item.widgets].map((face) => face.id);
  const kept = new Set(faces(now));
  const gone = new Set(faces(before).filter((face) => !kept.has(face)));
  return (node: string, socket: string) => placed.has(node) && gone.has(socket);
}

function fitValues(node: GraphNode, before: Subgraph, now: Subgraph, { widgets }: Published): void {
  const [known, kept] = [before, now].map((item) => new Set([...item.widgets, ...item.inputs].map((face) => face.id)));
  for (const name of Object.keys(node.widgets)) if (known?.has(name) && !kept?.has(name)) delete node.widgets[name];
  for (const name of Object.keys(node.seeds ?? {})) if (!kept?.has(name)) delete node.seeds?.[name];
  for (const { id } of now.widgets) {
    const value = widgets[id];
    if (!known?.has(id) && value !== undefined) node.widgets[id] = structuredClone(value);
  }
}

/** Forget those of the old version's parts that nothing is an instance of any more, the outermost first. */
function forget(draft: WorkflowDocument, old: readonly Subgraph[]): void {
  const candidates = new Set(old.map((item) => item.id));
  for (let again = true; again; ) {
    const unused = [...candidates].filter((id) =>
      canvases(draft).every((canvas) => instancesOn(canvas, id).length === 0),
    );
    draft.subgraphs = draft.subgraphs?.filter((item) => !unused.includes(item.id)) ?? [];
    for (const id of unused) candidates.delete(id);
    again = unused.length > 0 && candidates.size > 0;
  }
}
