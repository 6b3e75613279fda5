import { expect, test } from "vitest";
import { chipOf, joinSearch, splitSearch, takeChips, withChip } from "@/features/gallery/searchText";

test("parts with a key are chips, the rest are words", () => {
  const { chips, words } = splitSearch('red model:sd board:"best of" house is:star http://x');
  expect(chips).toEqual(["model:sd", 'board:"best of"', "is:star"]);
  expect(words).toBe("red house http://x");
});

test("a part becomes a chip when a space ends it, not before", () => {
  expect(takeChips("red seed:81", false)).toEqual({ chips: [], words: "red seed:81" });
  expect(takeChips("red seed:8120 ", false)).toEqual({ chips: ["seed:8120"], words: "red  " });
  expect(takeChips("red seed:8120", true)).toEqual({ chips: ["seed:8120"], words: "red" });
});

test("a chip takes the place of another with its key, and goes", () => {
  const search = withChip("red model:a", "model", "b c");
  expect(search).toBe('model:"b c" red');
  expect(chipOf(search, "model")).toBe("b c");
  expect(withChip(search, "model", null)).toBe("red");
});

test("stars and the trash are chips of their own", () => {
  const both = withChip(withChip("", "is", "star"), "is", "trash");
  expect(both).toBe("is:star is:trash");
  expect(withChip(both, "is", "-star")).toBe("is:trash");
});

test("the same chip twice is one", () => {
  expect(joinSearch(["a:b", "a:b"], " x ")).toBe("a:b x");
});
