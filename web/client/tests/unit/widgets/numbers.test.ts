import { expect, test } from "vitest";
import { evaluate } from "@/widgets/arithmetic";
import { type NumericWidget, parseNumber, scrubbed, stepped } from "@/widgets/numbers";

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

const wider: NumericWidget = { ...real, maximum: 100 };

test.each([
  ["1,5", wider, 1.5],
  ["1，5", wider, 1.5],
  ["１２", wider, 12],
  ["１２．５", wider, 12.5],
  ["1,5*2", wider, 3],
  ["1,5,5", wider, null],
  ["1,024.5", wider, null],
  [",", wider, null],
  ["5²", wider, null],
  ["１２", whole, 12],
  ["（１＋２）＊３", whole, 9],
  ["1,5", whole, null],
  ["１，５", whole, null],
])("%s, as other keyboards and countries write it %#", (text, widget, value) => {
  expect(parseNumber(text, widget)).toBe(value);
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

const plain = { shiftKey: false, ctrlKey: false };

test.each([
  [20, 3, plain, whole, 23],
  [20, 10, { ...plain, shiftKey: true }, whole, 21],
  [23, 1, { ...plain, ctrlKey: true }, whole, 30],
  [23, -1, { ...plain, ctrlKey: true }, whole, 20],
  [20, -1, { ...plain, ctrlKey: true }, whole, 10],
  [20, 0, { ...plain, ctrlKey: true }, whole, 20],
  [0.3, 1, { ...plain, ctrlKey: true }, { ...real, step: 0.01 }, 0.4],
  [0.3, -1, { ...plain, ctrlKey: true }, { ...real, step: 0.01 }, 0.2],
  [512, -2, { ...plain, ctrlKey: true }, { ...whole, step: 8 }, 400],
])("from %d, %d steps of a drag with %o come to a number that fits %#", (value, steps, keys, widget, wanted) => {
  expect(scrubbed(value, steps, keys, widget)).toBe(wanted);
});
