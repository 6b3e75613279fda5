import { expect, test } from "vitest";
import { type Change, changesBetween } from "@/graph/changes";
import { remove } from "@/graph/commands/nodes";
import { setWidget } from "@/graph/commands/widgets";
import { compareDocuments } from "@/graph/compare";
import { apply, begin, undo } from "@/graph/history";
import { firstPicture } from "../samples";

/** What the server does with changes. */
function applied(value: unknown, changes: readonly Change[]): unknown {
  const root = { value: structuredClone(value) };
  const at = (path: (string | number)[]) =>
    // biome-ignore lint/suspicious/noExplicitAny: any JSON
    path.reduce((inner: any, key) => inner[key], root.value as any);
  for (const change of JSON.parse(JSON.stringify(changes)) as Change[]) {
    if ("splice" in change) at(change.splice).splice(change.at, change.count, ...change.items);
    else if ("unset" in change) delete at(change.unset.slice(0, -1))[change.unset.at(-1) as string];
    else if (change.set.length === 0) root.value = change.value;
    else at(change.set.slice(0, -1))[change.set.at(-1) as string] = change.value;
  }
  return root.value;
}

const random = (seed: number) => () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};

function value(next: () => number, depth = 0): unknown {
  const kind = Math.floor(next() * (depth > 3 ? 3 : 5));
  if (kind === 0) return Math.floor(next() * 5);
  if (kind === 1) return next() < 0.2 ? null : "text".slice(Math.floor(next() * 4));
  if (kind === 2) return next() < 0.5;
  const items = Array.from({ length: Math.floor(next() * 5) }, () => value(next, depth + 1));
  return kind === 3 ? items : Object.fromEntries(items.map((item, index) => [`k${(index * 3) % 4}`, item]));
}

test("the changes between any two values turn one into the other", () => {
  const next = random(7);
  for (let round = 0; round < 500; round += 1) {
    const [before, after] = [value(next), value(next)];
    expect(applied(before, changesBetween(before, after))).toEqual(after);
    expect(changesBetween(before, structuredClone(before))).toEqual([]);
  }
});

test("an edit of a large document is a small change", () => {
  const start = firstPicture();
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...start.nodes[0], id: `n${index}` }));
  const history = begin({ ...start, nodes: [...start.nodes, ...many] } as typeof start);
  const edited = apply(history, setWidget("prompt", "text", "a star"), 0);
  expect(changesBetween(history.document, edited.document)).toEqual([
    { set: ["nodes", start.nodes.findIndex(({ id }) => id === "prompt"), "widgets", "text"], value: "a star" },
  ]);
  const less = apply(edited, remove(["n1000"]), 5000);
  expect(JSON.stringify(changesBetween(edited.document, less.document)).length).toBeLessThan(200);
});

test("a comparison names what was added, removed, changed and moved", () => {
  const before = firstPicture();
  let history = apply(begin(before), setWidget("prompt", "text", "another"), 0);
  history = apply(history, remove(["size"]), 5000);
  const there = compareDocuments(before, history.document);
  expect(there.nodes.map(({ id, kind }) => [id, kind])).toEqual([
    ["prompt", "changed"],
    ["size", "removed"],
  ]);
  expect(there.nodes[0]?.values.map(({ name, after }) => [name, after])).toEqual([["text", "another"]]);
  expect(there.wiresRemoved).toBe(1);
  const back = compareDocuments(history.document, undo(history).document);
  expect(back.nodes.map(({ id, kind }) => [id, kind])).toEqual([["size", "added"]]);
});
