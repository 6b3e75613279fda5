/** What a node's menu offers of sub-graphs, by command. */
export const SUBGRAPH_MENU: readonly (string | null)[] = ["subgraph.make"];

/** The same on an instance. */
export const INSTANCE_MENU: readonly (string | null)[] = [
  "subgraph.enter",
  "subgraph.faces",
  "subgraph.publish",
  "subgraph.update",
  "subgraph.own_seeds",
  "subgraph.own_copy",
  "subgraph.dissolve",
  "subgraph.make",
];

/** The same on an edge of the sub-graph on the screen. */
export const EDGE_MENU: readonly (string | null)[] = ["subgraph.faces", "subgraph.publish", "subgraph.leave"];
