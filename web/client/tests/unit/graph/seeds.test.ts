import { expect, test } from "vitest";
import { advanceSeeds, clampWhole, nextSeed, withSeedsDrawn } from "@/graph/seeds";
import { randomSeed } from "@/graph/seedWidgets";
import type { IntegerWidget } from "@/graph/spec";
import { firstPicture, shippedCatalogue } from "../samples";

const LARGEST = "18446744073709551615";
const widget: IntegerWidget = { kind: "integer", default: 0, minimum: 0, maximum: LARGEST, step: 1, seed: true };

test("the largest seed keeps every digit", () => {
  expect(clampWhole(LARGEST, widget)).toBe(LARGEST);
  expect(clampWhole("18446744073709551616", widget)).toBe(LARGEST);
  expect(clampWhole("9007199254740993", widget)).toBe("9007199254740993");
});

test("what is no whole number is refused", () => {
  expect(clampWhole("1.5", widget)).toBeNull();
  expect(clampWhole("", widget)).toBeNull();
});

test("counting up and down wraps around at the ends", () => {
  expect(nextSeed(LARGEST, "increment")).toBe("0");
  expect(nextSeed("0", "decrement")).toBe(LARGEST);
});

test("random seeds use all 64 bits", () => {
  const seeds = Array.from({ length: 64 }, () => BigInt(randomSeed()));
  expect(new Set(seeds).size).toBe(64);
  expect(seeds.some((seed) => seed > 2n ** 60n)).toBe(true);
});

test("a run gets a drawn seed, fixed, and the open document keeps its mode", () => {
  const document = firstPicture();
  const sampler = document.nodes.find((node) => node.id === "sampler");
  if (sampler === undefined) throw new Error("no sampler");
  sampler.seeds = { seed: "random" };
  const sent = withSeedsDrawn(document, shippedCatalogue());
  const there = sent.document.nodes.find((node) => node.id === "sampler");
  expect(sent.used).toEqual([{ node: "sampler", name: "seed", seed: there?.widgets.seed }]);
  expect(there?.seeds).toEqual({});
  expect(sampler.seeds).toEqual({ seed: "random" });
});

test("a counting seed moves on after the run that used it", () => {
  const document = firstPicture();
  const sampler = document.nodes.find((node) => node.id === "sampler");
  if (sampler === undefined) throw new Error("no sampler");
  sampler.seeds = { seed: "increment" };
  const { used } = withSeedsDrawn(document, shippedCatalogue());
  advanceSeeds(document, used);
  expect(sampler.widgets.seed).toBe("8");
});
