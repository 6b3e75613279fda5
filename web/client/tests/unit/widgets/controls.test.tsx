// @vitest-environment happy-dom

import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { setWidget } from "@/graph/commands/widgets";
import { nodeIndex } from "@/graph/document";
import type { InputSpec, Widget } from "@/graph/spec";
import { startWords } from "@/i18n/i18n";
import { currentDocument, openDocument, rememberSeeds, run, undoEdit } from "@/state/workflow/workspace";
import { WidgetControl } from "@/widgets/WidgetControl";
import { firstPicture, shippedCatalogue } from "../samples";

beforeAll(() => startWords("en"));
beforeEach(() => openDocument(firstPicture()));
afterEach(cleanup);

function show(node: string, type: string, name: string) {
  const input = shippedCatalogue()
    .get(type)
    ?.inputs.find((item) => item.name === name);
  if (input?.widget == null) throw new Error(`${type} has no widget ${name}`);
  render(<WidgetControl node={node} type={type} input={input as InputSpec & { widget: Widget }} label={name} />);
}

const value = (node: string, name: string) => nodeIndex(currentDocument()).get(node)?.widgets[name];

test("a sum typed into a number field is worked out on Enter", () => {
  show("size", "EmptyLatentImage", "width");
  const field = screen.getByRole("spinbutton", { name: "width" });
  fireEvent.change(field, { target: { value: "128*2" } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(value("size", "width")).toBe(256);
});

test("what is no number leaves the value and says so", () => {
  show("size", "EmptyLatentImage", "width");
  const field = screen.getByRole("spinbutton", { name: "width" });
  fireEvent.change(field, { target: { value: "wide" } });
  fireEvent.blur(field);
  expect(value("size", "width")).toBe(128);
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

test("the sign of a refused number goes when the field is entered, and when it holds another", () => {
  show("size", "EmptyLatentImage", "width");
  const field = screen.getByRole("spinbutton", { name: "width" });
  const refuse = () => {
    fireEvent.change(field, { target: { value: "wide" } });
    fireEvent.blur(field);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(field.title).toBe("Not a number");
  };
  refuse();
  fireEvent.focus(field);
  expect(field.getAttribute("aria-invalid")).toBe("false");
  refuse();
  act(() => run(setWidget("size", "width", 256)));
  expect(field.getAttribute("aria-invalid")).toBe("false");
  expect(field.title).toBe("256");
});

test("Enter that ends a composition does not commit", () => {
  show("size", "EmptyLatentImage", "width");
  const field = screen.getByRole("spinbutton", { name: "width" });
  fireEvent.change(field, { target: { value: "512" } });
  fireEvent.keyDown(field, { key: "Enter", isComposing: true });
  expect(value("size", "width")).toBe(128);
});

test("the arrow keys step, with Shift by ten", () => {
  show("sampler", "KSampler", "steps");
  const field = screen.getByRole("spinbutton", { name: "steps" });
  fireEvent.keyDown(field, { key: "ArrowUp" });
  fireEvent.keyDown(field, { key: "ArrowUp", shiftKey: true });
  expect(value("sampler", "steps")).toBe(31);
});

test("a seed of 20 digits is kept digit by digit", () => {
  show("sampler", "KSampler", "seed");
  const field = screen.getByRole("textbox", { name: "seed" });
  fireEvent.change(field, { target: { value: "18446744073709551614" } });
  fireEvent.blur(field);
  expect(value("sampler", "seed")).toBe("18446744073709551614");
});

test.each(["abc", "1.5", "0x1f"])("the seed %s leaves the one there was and says so", (typed) => {
  show("sampler", "KSampler", "seed");
  const field = screen.getByRole("textbox", { name: "seed" });
  const before = value("sampler", "seed");
  fireEvent.change(field, { target: { value: typed } });
  fireEvent.blur(field);
  expect(value("sampler", "seed")).toBe(before);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field.title).toBe("Not a number");
  fireEvent.focus(field);
  expect(field.getAttribute("aria-invalid")).toBe("false");
});

test("a seed may be typed in full-width digits", () => {
  show("sampler", "KSampler", "seed");
  const field = screen.getByRole("textbox", { name: "seed" });
  fireEvent.change(field, { target: { value: "４２" } });
  fireEvent.blur(field);
  expect(value("sampler", "seed")).toBe("42");
  expect(field.getAttribute("aria-invalid")).toBe("false");
});

test("the last used seed can be used again", () => {
  rememberSeeds([{ node: "sampler", name: "seed", seed: "4242" }]);
  show("sampler", "KSampler", "seed");
  fireEvent.click(screen.getByRole("button", { name: "Reuse 4242" }));
  expect(value("sampler", "seed")).toBe("4242");
  expect(nodeIndex(currentDocument()).get("sampler")?.seeds).toEqual({ seed: "fixed" });
});

test("a prompt that is typed can be undone", () => {
  show("prompt", "CLIPTextEncode", "text");
  fireEvent.change(screen.getByRole("textbox", { name: "text" }), { target: { value: "a moon" } });
  undoEdit();
  expect(value("prompt", "text")).toBe("a red circle above a blue square on a white background");
});

test("a value that its list lacks stays visible", () => {
  show("loader", "CheckpointLoaderSimple", "ckpt_name");
  const list = screen.getByRole<HTMLSelectElement>("combobox", { name: "ckpt_name" });
  expect(list.value).toBe("starter-sd.safetensors");
  expect(list.getAttribute("aria-invalid")).toBe("true");
});
