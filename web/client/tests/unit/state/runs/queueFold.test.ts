import { expect, test } from "vitest";
import type { Job } from "@/api/types";
import { foldProgress, jobShare, mergeNewest, mergeWindow, moved, spotFor, without } from "@/state/runs/queueFold";

const job = (id: string, number = 0): Job => ({
  id,
  number,
  state: "queued",
  title: "",
  created: 0,
  started: null,
  finished: null,
  node_count: 4,
  outputs: {},
  priority: 0,
  problems: [],
  progress: null,
  retry_of: null,
  batch: null,
  batch_index: null,
});
const jobs = (names: string) => [...names].map((name, at) => job(name, at));
const names = (list: readonly Job[]) => list.map((item) => item.id).join("");

test("a page read in the middle replaces what it covers and keeps both sides", () => {
  expect(names(mergeWindow(jobs("abcdefg"), 2, jobs("xde"), false))).toBe("abxdefg");
});

test("a job that moved before the page is there only once", () => {
  expect(names(mergeWindow(jobs("abcdef"), 2, jobs("afd"), false))).toBe("bafde");
});

test("what lies behind a page that ends elsewhere is read again", () => {
  expect(names(mergeWindow(jobs("abcdef"), 0, jobs("xyz"), false))).toBe("xyz");
});

test("the last page ends the list", () => {
  expect(names(mergeWindow(jobs("abcdef"), 1, jobs("b"), true))).toBe("ab");
});

test("new finished jobs join those read before, unless some between are missing", () => {
  const known = [job("c", 3), job("b", 2), job("a", 1)];
  expect(names(mergeNewest(known, [job("d", 4), job("c", 3)], false))).toBe("dcba");
  expect(names(mergeNewest(known, [job("z", 26), job("y", 25)], false))).toBe("zy");
});

test("a job moves before, behind, to the front and to the back", () => {
  expect(names(moved(jobs("abcd"), "c", { before: "a" }))).toBe("cabd");
  expect(names(moved(jobs("abcd"), "a", { after: "c" }))).toBe("bcad");
  expect(names(moved(jobs("abcd"), "d", { to: "front" }))).toBe("dabc");
  expect(names(moved(jobs("abcd"), "a", { to: "back" }))).toBe("bcda");
  expect(names(moved(jobs("abcd"), "a", { after: "unknown" }))).toBe("abcd");
});

test("a place in the list becomes a spot beside another job, and leads there", () => {
  const list = jobs("abcd");
  for (const [id, place] of [
    ["c", 0],
    ["a", 3],
    ["b", 2],
  ] as const) {
    const spot = spotFor(list, id, place);
    expect(spot).not.toBeNull();
    if (spot !== null) expect(moved(list, id, spot)[place]?.id).toBe(id);
  }
  expect(spotFor(list, "a", 0)).toBeNull();
  expect(spotFor(list, "d", 4)).toBeNull();
});

test("leaving out nothing gives the same list", () => {
  const list = jobs("ab");
  expect(without(list, new Set(["z"]))).toBe(list);
});

test("a running job's share counts cached nodes, finished ones, and steps of the present one", () => {
  const share = [
    { type: "nodes.cached" as const, nodes: ["a", "b"] },
    { type: "node.started" as const, node: "c", place: null, why: [] },
    { type: "node.progress" as const, node: "c", place: null, value: 5, total: 10 },
  ].reduce(foldProgress, job("j"));
  expect(jobShare(share)).toBeCloseTo(0.625);
  const next = foldProgress(share, {
    type: "node.finished",
    node: "c",
    place: null,
    cached: false,
    seconds: 1,
    ui: {},
  });
  expect(jobShare(next)).toBeCloseTo(0.75);
});
