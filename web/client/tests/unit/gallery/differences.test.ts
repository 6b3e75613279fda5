import { expect, test } from "vitest";
import { differences } from "@/features/gallery/differences";

const value = (node: string, name: string, given: string | number, title = "") => ({
  node,
  type: "KSampler",
  title,
  name,
  value: given,
});

test("what is the same is left out, what one of them lacks is shown as missing", () => {
  const rows = differences([
    [value("1", "seed", "7", "Sampler"), value("1", "steps", 20), value("2", "cfg", 3)],
    [value("1", "seed", "8", "Sampler"), value("1", "steps", 20)],
  ]);
  expect(rows).toEqual([
    { label: "Sampler › seed", values: ["7", "8"] },
    { label: "KSampler › cfg", values: ["3", "–"] },
  ]);
});

test("where a file went says nothing of the picture", () => {
  expect(differences([[value("1", "filename_prefix", "a")], [value("1", "filename_prefix", "b")]])).toEqual([]);
});
