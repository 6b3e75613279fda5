/** Seeds are 64-bit and travel as decimal text; a JavaScript number would round them. */

import type { GraphNode, SeedMode, WorkflowDocument } from "./document";
import { withSeedsApart } from "./seedsApart";
import { randomSeed, seedWidgets } from "./seedWidgets";
import { type Catalogue, defaultValue, type IntegerWidget } from "./spec";
import { isInstance } from "./subgraphs";

const LARGEST = 2n ** 64n - 1n;

/** The seed after `seed` under `mode`; it wraps around at both ends. */
export function nextSeed(seed: string, mode: SeedMode): string {
  if (mode === "increment") return wrap(BigInt(seed) + 1n);
  if (mode === "decrement") return wrap(BigInt(seed) - 1n);
  return seed;
}

function wrap(value: bigint): string {
  if (value > LARGEST) return "0";
  return (value < 0n ? LARGEST : value).toString();
}

/** Whole-number text within the widget's limits, or null when `text` is no whole number. */
export function clampWhole(text: string, widget: IntegerWidget): string | null {
  if (!/^[+-]?\d+$/.test(text.trim())) return null;
  const value = BigInt(text.trim());
  if (widget.minimum !== null && value < BigInt(widget.minimum)) return String(widget.minimum);
  if (widget.maximum !== null && value > BigInt(widget.maximum)) return String(widget.maximum);
  return value.toString();
}

/** A seed that a run uses; `definition` says in which sub-graph, if in one. */
export interface UsedSeed {
  node: string;
  name: string;
  seed: string;
  definition?: string;
}

/**
 * The document as it is sent to run: random seeds drawn and fixed, inside sub-graphs too, so that the picture's workflow
 * repeats it. Instances of one sub-graph draw apart.
 */
export function withSeedsDrawn(
  open: WorkflowDocument,
  catalogue: Catalogue,
): { document: WorkflowDocument; used: UsedSeed[] } {
  const document = withSeedsApart(open, catalogue);
  const used: UsedSeed[] = [];
  const drawn = (nodes: GraphNode[], definition?: string) =>
    nodes.map((node) => {
      const seeds = seedWidgets(catalogue, node.type);
      if (seeds.length === 0) return node;
      const widgets = { ...node.widgets };
      for (const { name, widget } of seeds) {
        // An instance that says nothing of a promoted seed leaves it to what is inside.
        if (isInstance(node.type) && widgets[name] === undefined && node.seeds?.[name] === undefined) continue;
        const fixed = node.seeds?.[name] !== "random";
        const seed = fixed ? String(widgets[name] ?? defaultValue(widget)) : randomSeed();
        widgets[name] = seed;
        used.push({ node: node.id, name, seed, ...(definition === undefined ? {} : { definition }) });
      }
      return { ...node, widgets, seeds: {} };
    });
  const nodes = drawn(document.nodes);
  const subgraphs = document.subgraphs?.map((item) => ({ ...item, nodes: drawn(item.nodes, item.id) }));
  return { document: { ...document, nodes, ...(subgraphs === undefined ? {} : { subgraphs }) }, used };
}

/** Move +1 and −1 seeds on after a run. Works on a draft. */
export function advanceSeeds(draft: WorkflowDocument, used: readonly UsedSeed[]): void {
  for (const { node, name, seed, definition } of used) {
    const canvas = definition === undefined ? draft : draft.subgraphs?.find((item) => item.id === definition);
    const found = canvas?.nodes.find((item) => item.id === node);
    const mode = found?.seeds?.[name];
    if (found !== undefined && (mode === "increment" || mode === "decrement")) {
      found.widgets[name] = nextSeed(seed, mode);
    }
  }
}
