import { expect, test } from "vitest";
import { shownChange } from "@/features/saving/shownChange";

const long = "a lighthouse at dusk, ".repeat(20);

test("short values stand whole, and nothing is a dash", () => {
  expect(shownChange("a cat", "a dog")).toEqual(["a cat", "a dog"]);
  expect(shownChange(undefined, 7)).toEqual(["–", "7"]);
  expect(shownChange("", false)).toEqual(["–", "false"]);
});

test("long texts that part late are cut around the change", () => {
  const [before, after] = shownChange(`${long}in oil, ${long}`, `${long}in ink, ${long}`);
  expect(before).toMatch(/^….{40}oil, .+…$/u);
  expect(after).toMatch(/^….{40}ink, .+…$/u);
  expect(before.length).toBe(162);
});

test("long texts that part early are cut at their end only", () => {
  const [before, after] = shownChange(`red ${long}`, `blue ${long}`);
  expect(before).toMatch(/^red .+[^…]…$/u);
  expect(after).toMatch(/^blue .+[^…]…$/u);
});

test("what was added at the end is seen, and so is where it goes", () => {
  const [before, after] = shownChange(long, `${long}fog`);
  expect(before).toBe(`…${long.slice(-40)}`);
  expect(after).toBe(`…${long.slice(-40)}fog`);
});

test("no character is cut in half", () => {
  const [before, after] = shownChange(`${"🌊".repeat(200)}a`, `${"🌊".repeat(200)}b`);
  expect(before).toBe(`…${"🌊".repeat(40)}a`);
  expect(after).toBe(`…${"🌊".repeat(40)}b`);
});
