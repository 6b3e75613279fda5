// @vitest-environment happy-dom

import { expect, test } from "vitest";
import { canonical, keyLabel, strokeOf, writes } from "@/state/commands/stroke";

/** happy-dom takes Alt for AltGr; browsers do not. */
function press(init: KeyboardEventInit, mac = false, altGr = false): string | null {
  const event = new KeyboardEvent("keydown", init);
  Object.defineProperty(event, "getModifierState", { value: (name: string) => name === "AltGraph" && altGr });
  return strokeOf(event, mac);
}

test.each([
  [{ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true }, "Mod+Shift+Z"],
  [{ key: "!", code: "Digit1", shiftKey: true }, "Shift+1"],
  [{ key: "ç", code: "KeyC", altKey: true }, "Alt+C"],
  [{ key: "。", code: "Period" }, "."],
  [{ key: "?", code: "Slash", shiftKey: true }, "?"],
  [{ key: "Enter", code: "Enter", ctrlKey: true }, "Mod+Enter"],
  [{ key: "я", code: "KeyZ", ctrlKey: true }, "Mod+Z"],
  [{ key: " ", code: "Space" }, "Space"],
  [{ key: "Dead", code: "KeyN", altKey: true }, "Alt+N"],
])("%o is %s", (init, text) => {
  expect(press(init)).toBe(text);
});

test("keys of an input method that composes, and modifiers alone, are not strokes", () => {
  expect(press({ key: "Enter", code: "Enter", isComposing: true })).toBeNull();
  expect(press({ key: "Shift", code: "ShiftLeft", shiftKey: true })).toBeNull();
});

test("what AltGr writes is a character, not a shortcut", () => {
  expect(press({ key: "[", code: "BracketLeft", ctrlKey: true, altKey: true }, false, true)).toBe("[");
});

test("Ctrl is Mod outside macOS, and itself on macOS", () => {
  expect(canonical("Ctrl+M", false)).toBe(press({ key: "m", code: "KeyM", ctrlKey: true }));
  expect(canonical("Ctrl+M", true)).toBe(press({ key: "m", code: "KeyM", ctrlKey: true }, true));
  expect(canonical("Ctrl+M", true)).not.toBe(press({ key: "m", code: "KeyM", metaKey: true }, true));
});

test("a sign is bound by itself, with or without the Shift it takes", () => {
  expect(canonical("Shift+?", false)).toBe(press({ key: "?", code: "Slash", shiftKey: true }));
  expect(canonical("+", false)).toBe(press({ key: "+", code: "Equal", shiftKey: true }));
  expect(canonical("Mod++", false)).toBe("Mod++");
});

test("labels read as people on each system read them", () => {
  expect(keyLabel("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
  expect(keyLabel("Mod+Shift+Z", true)).toBe("⇧⌘Z");
  expect(keyLabel("Mod+ArrowLeft", false)).toBe("Ctrl+←");
  expect(keyLabel("+", false)).toBe("+");
});

test("only what writes nothing is taken from a field", () => {
  expect(["A", "Shift+A", "Alt+C", "Delete", "Shift+Enter", "?"].map(writes)).toEqual(Array(6).fill(true));
  expect(["Mod+Z", "F2", "Ctrl+M", "Mod+Enter"].map(writes)).toEqual(Array(4).fill(false));
});
