/** Finding nodes by what they are called, what they hold and what is wrong with them. */

import type { WorkflowDocument } from "./document";

/** What the page knows of a node beside the document. */
export interface Told {
  title: string;
  /** The sentence that says what is wrong with the node, or nothing. */
  problem: string;
}

/** Ids of the nodes that hold every word of `query` in their title, type, values or problem; titles come first. */
export function findNodes(document: WorkflowDocument, query: string, told: (id: string) => Told): string[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const found = document.nodes.flatMap((node) => {
    const { title, problem } = told(node.id);
    const name = title.toLowerCase();
    const rest = [node.id, node.type, problem, ...Object.values(node.widgets).map(textOf)].join("\n").toLowerCase();
    if (!words.every((word) => name.includes(word) || rest.includes(word))) return [];
    return [{ id: node.id, rank: words.every((word) => name.includes(word)) ? 0 : 1, at: node.position }];
  });
  return found.sort((a, b) => a.rank - b.rank || a.at[0] - b.at[0] || a.at[1] - b.at[1]).map((item) => item.id);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
