import { expect, test } from "vitest";
import { evaluate } from "@/widgets/arithmetic";
import { type NumericWidget, parseNumber, stepped } from "@/widgets/numbers";

const whole: NumericWidget = { kind: "integer", default: 20, minimum: 1, maximum: 10_000, step: 1, seed: false };
const real: NumericWidget = { kind: "number", default: 1, minimum: 0, maximum: 1, step: 0.1, slider: false };

test.each([
  ["512*1.5", 768],
  ["(1024-64)/2", 480],
  ["-3+ 5", 2],
  ["2*-3", -6],
  ["1e2", 100],
  [".5", 0.5],
  ["2+", null],
  ["alert(1)", null],
  ["1/0", null],
  ["", null],
])("%s is %s", (text, value) => {
  expect(evaluate(text)).toBe(value);
});

test("typed numbers stay within the limits", () => {
  expect(parseNumber("0", whole)).toBe(1);
  expect(parseNumber("99999", whole)).toBe(10_000);
  expect(parseNumber("2.5", real)).toBe(1);
});

test("a sum in a whole-number field is rounded", () => {
  expect(parseNumber("5/2", whole)).toBe(3);
});

test("whole numbers beyond 2⁵³ stay text", () => {
  const wide: NumericWidget = { ...whole, maximum: null };
  expect(parseNumber("9007199254740993", wide)).toBe("9007199254740993");
});

test("steps add up without binary dust", () => {
  expect(stepped(stepped(0.1, 1, 1, real), 1, 1, real)).toBe(0.3);
});

test("a fine step of a whole number is still a whole one", () => {
  expect(stepped(20, 1, 0.1, whole)).toBe(21);
});
