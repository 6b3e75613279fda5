/** The node library as rows of a tree: what is marked, then branches by category or by pack, or what a search finds. */

import { BUILT_IN } from "@/graph/spec";
import { byCategory, byPath, type Candidate, search } from "@/i18n/nodeSearch";

export type Row = BranchRow | LeafRow;

interface Placed {
  /** Unique among the rows; the same from one opening of the page to the next. */
  key: string;
  /** From 1. */
  level: number;
  /** Its place among its siblings, from 1, and how many there are. */
  at: number;
  among: number;
  /** The branch that it is in. */
  parent: string | null;
}

export interface BranchRow extends Placed {
  kind: "branch";
  branch: "marked" | "category" | "pack";
  /** The last part of a category, or a pack. */
  name: string;
  /** How many node types there are below it. */
  count: number;
  open: boolean;
}

export interface LeafRow extends Placed {
  kind: "leaf";
  candidate: Candidate;
}

export type Grouping = "category" | "pack";

/** The key of the branch of marked types. */
export const MARKED = "marked";

export interface Wanted {
  query: string;
  grouping: Grouping;
  /** Node types that the person marked, in their order. */
  marked: readonly string[];
  recent: readonly string[];
  /** Whether a branch is open. */
  open: (key: string) => boolean;
}

interface Branch {
  key: string;
  branch: BranchRow["branch"];
  name: string;
  branches: Branch[];
  leaves: Candidate[];
}

/** The rows that are seen, from the top. */
export function treeRows(candidates: readonly Candidate[], wanted: Wanted): Row[] {
  if (wanted.query.trim() !== "") {
    const found = search(candidates, wanted.query, null, wanted.recent);
    return found.map((candidate, index) => leaf(candidate, "found", null, 1, index, found.length));
  }
  const byId = new Map(candidates.map((candidate) => [candidate.spec.id, candidate]));
  const marked = wanted.marked.flatMap((id) => byId.get(id) ?? []);
  const roots = wanted.grouping === "pack" ? byPack(candidates) : byCategories(candidates);
  const first: Branch[] =
    marked.length === 0 ? [] : [{ key: MARKED, branch: "marked", name: "", branches: [], leaves: marked }];
  return rowsOf([...first, ...roots], wanted.open, null, 1, 0);
}

function byCategories(candidates: readonly Candidate[]): Branch[] {
  const root: Branch = { key: "category:", branch: "category", name: "", branches: [], leaves: [] };
  const known = new Map<string, Branch>();
  for (const candidate of candidates) {
    let here = root;
    let path = "";
    for (const part of candidate.spec.category.split("/").filter(Boolean)) {
      path = path === "" ? part : `${path}/${part}`;
      const before = known.get(path);
      const next = before ?? { key: `category:${path}`, branch: "category", name: part, branches: [], leaves: [] };
      if (before === undefined) {
        known.set(path, next);
        here.branches.push(next);
      }
      here = next;
    }
    here.leaves.push(candidate);
  }
  sortBranches(root);
  // A type without a category still has to be found.
  if (root.leaves.length > 0) root.branches.push({ ...root, name: "", branches: [] });
  return root.branches;
}

function sortBranches(branch: Branch): void {
  branch.branches.sort((one, other) => byCategory(one.name, other.name));
  branch.leaves.sort(byPath);
  for (const inner of branch.branches) sortBranches(inner);
}

function byPack(candidates: readonly Candidate[]): Branch[] {
  const packs = new Map<string, Branch>();
  for (const candidate of candidates) {
    const name = packName(candidate.spec.source);
    const branch = packs.get(name) ?? { key: `pack:${name}`, branch: "pack", name, branches: [], leaves: [] };
    packs.set(name, branch);
    branch.leaves.push(candidate);
  }
  const rank = ({ name }: Branch) => (name === BUILT_IN ? 1 : 0);
  const branches = [...packs.values()].sort((one, other) => rank(one) - rank(other) || byName(one, other));
  for (const { leaves } of branches) leaves.sort((one, other) => one.title.localeCompare(other.title));
  return branches;
}

const byName = (one: Branch, other: Branch) => one.name.localeCompare(other.name);

/** What a pack is called by people: its folder. */
export function packName(source: string): string {
  return source.replace(/^custom_nodes\./, "");
}

function countOf(branch: Branch): number {
  return branch.leaves.length + branch.branches.reduce((sum, inner) => sum + countOf(inner), 0);
}

function rowsOf(
  branches: readonly Branch[],
  open: Wanted["open"],
  parent: string | null,
  level: number,
  beside: number,
): Row[] {
  return branches.flatMap((branch, index): Row[] => {
    const { key, name, leaves } = branch;
    const isOpen = open(key);
    const head: BranchRow = {
      kind: "branch",
      branch: branch.branch,
      key,
      name,
      level,
      parent,
      at: index + 1,
      among: branches.length + beside,
      count: countOf(branch),
      open: isOpen,
    };
    if (!isOpen) return [head];
    const within = branch.branches.length;
    return [
      head,
      ...rowsOf(branch.branches, open, key, level + 1, leaves.length),
      ...leaves.map((item, at) => leaf(item, key, key, level + 1, within + at, within + leaves.length)),
    ];
  });
}

function leaf(
  candidate: Candidate,
  under: string,
  parent: string | null,
  level: number,
  index: number,
  among: number,
): LeafRow {
  return { kind: "leaf", key: `${under} ${candidate.spec.id}`, level, parent, at: index + 1, among, candidate };
}
