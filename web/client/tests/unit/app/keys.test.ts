// @vitest-environment happy-dom

import { expect, test } from "vitest";
import { strokeOf, strokeText } from "@/app/keys";

const press = (init: KeyboardEventInit & { keyCode?: number }) => {
  const stroke = strokeOf(new KeyboardEvent("keydown", init), false);
  return stroke === null ? null : strokeText(stroke);
};

test.each([
  [{ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true }, "mod+shift+z"],
  [{ key: "!", code: "Digit1", shiftKey: true }, "shift+1"],
  [{ key: "ç", code: "KeyC", altKey: true }, "alt+c"],
  [{ key: "。", code: "Period" }, "."],
  [{ key: "?", code: "Slash", shiftKey: true }, "?"],
  [{ key: "Enter", code: "Enter", ctrlKey: true }, "mod+Enter"],
])("%o is %s", (init, text) => {
  expect(press(init)).toBe(text);
});

test("keys of an input method that composes are not strokes", () => {
  expect(press({ key: "Enter", code: "Enter", isComposing: true })).toBeNull();
});
