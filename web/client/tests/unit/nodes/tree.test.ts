import { expect, test } from "vitest";
import { type LeafRow, MARKED, type Row, treeRows, type Wanted } from "@/features/nodes/tree";
import type { NodeSpec } from "@/graph/spec";
import type { Candidate } from "@/i18n/nodeSearch";

const candidate = (id: string, category: string, source = "builtin"): Candidate => ({
  spec: {
    id,
    title: id,
    category,
    description: "",
    version: "1",
    inputs: [],
    outputs: [],
    is_output: false,
    cacheable: true,
    deprecated: false,
    experimental: false,
    aliases: [],
    source,
  } satisfies NodeSpec,
  title: id,
  category,
  subcategory: "",
  words: [id],
});

const ALL = [
  candidate("Load", "loaders"),
  candidate("Blur", "image/filter"),
  candidate("Show", "image"),
  candidate("Fancy", "fancy things", "custom_nodes.fancy"),
  candidate("Plain", ""),
];
const WANTED: Wanted = { query: "", grouping: "category", marked: [], recent: [], open: () => true };
const rows = (wanted: Partial<Wanted> = {}, all = ALL) => treeRows(all, { ...WANTED, ...wanted });
const told = (row: Row) => `${"·".repeat(row.level)}${row.kind === "leaf" ? row.candidate.title : `[${row.name}]`}`;

test("categories are branches within branches, in the order of a graph, each with all that it holds", () => {
  expect(rows().map(told)).toEqual([
    "·[loaders]",
    "··Load",
    "·[image]",
    "··[filter]",
    "···Blur",
    "··Show",
    "·[fancy things]",
    "··Fancy",
    "·[]",
    "··Plain",
  ]);
  const image = rows().find((row) => row.kind === "branch" && row.name === "image");
  expect(image).toMatchObject({ count: 2, at: 2, among: 4 });
  expect(rows().find((row) => row.kind === "leaf" && row.candidate.title === "Show")).toMatchObject({
    at: 2,
    among: 2,
    parent: "category:image",
  });
});

test("what is below a closed branch is not seen, but counted", () => {
  const closed = rows({ open: () => false });
  expect(closed.map(told)).toEqual(["·[loaders]", "·[image]", "·[fancy things]", "·[]"]);
  expect(closed.map((row) => (row.kind === "branch" ? row.count : 0))).toEqual([1, 2, 1, 1]);
});

test("marked types stand first, in the order they were marked, and in their categories too; unknown ones are left out", () => {
  const marked = rows({ marked: ["Show", "gone", "Load"], open: (key) => key === MARKED });
  expect(marked.slice(0, 3).map(told)).toEqual(["·[]", "··Show", "··Load"]);
  expect(new Set(rows({ marked: ["Show"] }).map(({ key }) => key)).size).toBe(rows({ marked: ["Show"] }).length);
});

test("packs come by name, what is built in last", () => {
  const packs = rows({ grouping: "pack", open: () => false }, [...ALL, candidate("Z", "z", "custom_nodes.zoo")]);
  expect(packs.map(told)).toEqual(["·[fancy]", "·[zoo]", "·[builtin]"]);
});

test("a search gives the matches alone, best first, without branches", () => {
  const found = rows({ query: "fa" });
  expect(found.map((row) => row.kind)).toEqual(["leaf"]);
  expect((found[0] as LeafRow).candidate.title).toBe("Fancy");
  expect(rows({ query: "zzz" })).toEqual([]);
});

test("two thousand types give their rows in one pass over them", () => {
  const many = Array.from({ length: 2000 }, (_, index) => candidate(`Node ${index}`, `pack/${index % 40}`));
  const shown = rows({}, many);
  expect(shown.length).toBe(2041);
  expect(new Set(shown.map(({ key }) => key)).size).toBe(2041);
});
