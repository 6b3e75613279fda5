import { expect, test } from "vitest";
import { differences } from "@/features/gallery/differences";

const value = (node: string, name: string, given: string | number, title = "") => ({
  node,
  type: "KSampler",
  title,
  name,
  value: given,
});

const called = (parameter: { type: string; title: string; name: string }) =>
  `${parameter.title || parameter.type} › ${parameter.name}`;

test("what is the same is left out, what one of them lacks is shown as missing", () => {
  const first = [value("1", "seed", "7", "Sampler"), value("1", "steps", 20), value("2", "cfg", 3)];
  const rows = differences([first, [value("1", "seed", "8", "Sampler"), value("1", "steps", 20)]], called);
  expect(rows).toEqual([
    { label: "Sampler › seed", values: ["7", "8"] },
    { label: "KSampler › cfg", values: ["3", "–"] },
  ]);
});

test("where a file went says nothing of the picture", () => {
  const places = ["a", "b"].map((place) => [value("1", "filename_prefix", place)]);
  expect(differences(places, called)).toEqual([]);
});
