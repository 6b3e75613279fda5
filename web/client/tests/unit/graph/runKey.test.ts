import { expect, test } from "vitest";
import { runKey } from "@/graph/runKey";
import { firstPicture } from "../samples";

const changed = (edit: (document: ReturnType<typeof firstPicture>) => void) => {
  const document = structuredClone(firstPicture());
  edit(document);
  return runKey(document) !== runKey(firstPicture());
};

const sampler = (document: ReturnType<typeof firstPicture>) => {
  const node = document.nodes.find(({ id }) => id === "sampler");
  if (node === undefined) throw new Error("no sampler");
  return node;
};

test("values, wires and modes matter to a run; places, names and frames do not", () => {
  expect(changed((document) => Object.assign(sampler(document).widgets, { steps: 3 }))).toBe(true);
  expect(changed((document) => document.wires.pop())).toBe(true);
  expect(changed((document) => Object.assign(sampler(document), { mode: "muted" }))).toBe(true);
  expect(
    changed((document) => Object.assign(sampler(document), { position: [1, 2], title: "x", collapsed: true })),
  ).toBe(false);
  expect(changed((document) => document.frames.pop())).toBe(false);
});

test("a seed that moves on by itself is no change", () => {
  const at = (seed: string) => {
    const document = structuredClone(firstPicture());
    Object.assign(sampler(document), { seeds: { seed: "increment" } });
    sampler(document).widgets.seed = seed;
    return runKey(document);
  };
  expect(at("1")).toBe(at("2"));
});
