import { expect, test } from "vitest";
import { typesFit } from "@/graph/connect";
import { matchScore } from "@/i18n/match";
import { browse, type Candidate, search } from "@/i18n/nodeSearch";
import { shippedCatalogue } from "../samples";

const candidates: Candidate[] = [...shippedCatalogue().values()].map((spec) => ({
  spec,
  title: spec.title,
  category: spec.category,
  subcategory: "",
  words: [spec.id, ...spec.aliases, ...(spec.id === "KSampler" ? ["采样器", "cyq"] : [])],
}));
const ids = (found: Candidate[]) => found.map(({ spec }) => spec.id);

test("a beginning beats a middle, a middle beats letters in order", () => {
  expect(matchScore("sam", "Sampler")).toBeGreaterThan(matchScore("mpl", "Sampler"));
  expect(matchScore("mpl", "Sampler")).toBeGreaterThan(matchScore("smr", "Sampler"));
  expect(matchScore("xyz", "Sampler")).toBe(0);
});

test.each(["KSampler", "sampler", "采样", "cyq", "ksam", "smplr", "kspl"])("%s finds the sampler first", (query) => {
  expect(ids(search(candidates, query, null, []))[0]).toBe("KSampler");
});

test("the beginning of a title beats another node's whole alias", () => {
  expect(ids(search(candidates, "invert", null, []))[0]).toBe("ImageInvert");
});

test("a loose wire leaves only nodes that can take it", () => {
  const loose = { node: "a", socket: "LATENT", side: "output" as const, type: "LATENT" };
  const found = search(candidates, "", loose, []);
  expect(ids(found)).toEqual(expect.arrayContaining(["KSampler", "VAEDecode", "LatentUpscale"]));
  expect(ids(found)).not.toContain("VAEEncode");
  for (const { spec } of found) expect(spec.inputs.some((input) => typesFit("LATENT", input.type))).toBe(true);
});

test("what was used lately leads among equals", () => {
  expect(ids(search(candidates, "", null, ["VAEEncode"]))[0]).toBe("VAEEncode");
});

test("with nothing typed, every node stands once under its category, in the order of a graph", () => {
  const sections = browse(candidates, []);
  expect(sections.slice(0, 4).map(({ category }) => category)).toEqual([
    "loaders",
    "conditioning",
    "latent",
    "sampling",
  ]);
  expect(ids(sections.flatMap((section) => section.candidates)).sort()).toEqual(ids(candidates).sort());
});

test("with nothing typed, what was used lately comes first", () => {
  const [first] = browse(candidates, ["VAEEncode", "gone"]);
  expect(first).toMatchObject({ heading: "recent" });
  expect(ids(first?.candidates ?? [])).toEqual(["VAEEncode"]);
});

test("words in another order than the title's find the node, and a word that meets nothing finds none", () => {
  expect(ids(search(candidates, "upscale latent", null, []))[0]).toMatch(/^LatentUpscale/);
  expect(ids(search(candidates, "latent zebra", null, []))).toEqual([]);
});
