import { expect, test } from "vitest";
import { axesToSend, draftFor, firstVariable, pointCount, readValues, variables } from "@/graph/batch";
import { axisWords, gridRows } from "@/graph/batchGrid";
import type { IntegerWidget, NumberWidget, TextWidget, Widget } from "@/graph/spec";
import { firstPicture, shippedCatalogue } from "../samples";

const seed: IntegerWidget = {
  kind: "integer",
  default: 0,
  minimum: 0,
  maximum: "18446744073709551615",
  step: 1,
  seed: true,
};
const steps: IntegerWidget = { ...seed, minimum: 1, maximum: 100, seed: false };
const guidance: NumberWidget = { kind: "number", default: 7, minimum: 0, maximum: 30, step: 0.1, slider: false };
const text: TextWidget = { kind: "text", default: "", multiline: true, placeholder: "" };
const list = (widget: Widget, lines: string) => readValues(widget, { mode: "list", text: lines });
const range = (widget: Widget, from: string, step: string, count: string) =>
  readValues(widget, { mode: "range", from, step, count });

test("a seed range keeps all 64 bits", () => {
  expect(range(seed, "18446744073709551613", "1", "3")).toEqual({
    values: ["18446744073709551613", "18446744073709551614", "18446744073709551615"],
  });
});

test("a range of decimals has no crumbs", () => {
  expect(range(guidance, "0.1", "0.1", "3")).toEqual({ values: [0.1, 0.2, 0.3] });
});

test("a range that leaves the widget's limits is refused with the limit", () => {
  expect(range(steps, "90", "10", "3")).toEqual({ problem: { code: "large", value: "110", limit: "100" } });
});

test("a range needs numbers and a count", () => {
  expect(range(steps, "x", "1", "3")).toMatchObject({ problem: { code: "whole" } });
  expect(range(guidance, "", "1", "3")).toMatchObject({ problem: { code: "number" } });
  expect(range(steps, "1", "1", "0")).toMatchObject({ problem: { code: "count" } });
  expect(range(steps, "1", "1", "9999")).toMatchObject({ problem: { code: "many" } });
});

test("lines become values; empty lines are none, and a bad one is named by its line", () => {
  expect(list(text, "a barn\n\n a boat \n")).toEqual({ values: ["a barn", "a boat"] });
  expect(list(steps, "4\nmany")).toEqual({ problem: { code: "whole", value: "many", line: 2 } });
  expect(list(text, " \n")).toEqual({ problem: { code: "none" } });
});

test("numbers are read as they are typed: a decimal comma, digits of full width", () => {
  expect(list(guidance, "1,5\n２．５\n３，２５")).toEqual({ values: [1.5, 2.5, 3.25] });
  expect(list(guidance, "1,2,3")).toEqual({ problem: { code: "number", value: "1,2,3", line: 1 } });
  expect(list(steps, "２０\n30")).toEqual({ values: [20, 30] });
  expect(list(steps, "1,5")).toEqual({ problem: { code: "whole", value: "1,5", line: 1 } });
  expect(range(guidance, "0,5", "0,25", "３")).toEqual({ values: [0.5, 0.75, 1] });
  expect(list(text, "１，５")).toEqual({ values: ["１，５"] });
});

test("chosen values come in the widget's order, switches as truth values", () => {
  const choice: Widget = { kind: "choice", choices: ["a", "b", "c"], default: "a" };
  expect(readValues(choice, { mode: "choose", chosen: ["c", "a"] })).toEqual({ values: ["a", "c"] });
  expect(readValues({ kind: "boolean", default: true }, { mode: "choose", chosen: ["false"] })).toEqual({
    values: [false],
  });
});

test("pairs multiply; one to one needs lists of the same length", () => {
  expect(pointCount([4, 3], "product")).toBe(12);
  expect(pointCount([3, 3], "zip")).toBe(3);
  expect(pointCount([4, 3], "zip")).toBeNull();
});

test("the first axis runs along the columns; one to one is a single axis", () => {
  const axes = ["a", "b"].map((title) => ({ title, inputs: [{ node: title, input: "x", values: [1, 2] }] }));
  expect(axesToSend(axes, "product").map((axis) => axis.title)).toEqual(["b", "a"]);
  expect(axesToSend(axes, "zip")).toEqual([
    { title: "a + b", inputs: [...(axes[0]?.inputs ?? []), ...(axes[1]?.inputs ?? [])] },
  ]);
});

test("wired widgets and sleeping nodes do not vary, and the seed is offered first", () => {
  const document = firstPicture();
  const found = variables(document, shippedCatalogue());
  expect(firstVariable(found)?.input).toBe("seed");
  const sleeping = { ...document, nodes: document.nodes.map((node) => ({ ...node, mode: "muted" as const })) };
  expect(variables(sleeping, shippedCatalogue())).toEqual([]);
  const sampler = found.find((item) => item.input === "seed")?.node.id ?? "";
  const wired = { ...document, wires: [...document.wires, { from: ["x", "y"], to: [sampler, "seed"] }] };
  expect(variables(wired as typeof document, shippedCatalogue()).some((item) => item.input === "seed")).toBe(false);
});

test("an axis begins with what its widget holds", () => {
  const found = variables(firstPicture(), shippedCatalogue());
  const first = firstVariable(found);
  expect(first && readValues(first.widget, draftFor(first).values)).toMatchObject({ values: { length: 4 } });
});

test("the grid has the last axis along its columns and leaves a deleted job's place empty", () => {
  const axes = [
    { title: "prompt", inputs: [{ values: ["a", "b"] }] },
    { title: "seed", inputs: [{ values: [1, 2, 3] }] },
  ];
  const cells = [0, 1, 2, 3, 5].map((index) => ({ index }));
  const rows = gridRows(axes, cells);
  expect(rows.map((row) => row.cells.map((cell) => cell?.index ?? null))).toEqual([
    [0, 1, 2],
    [3, null, 5],
  ]);
  expect(rows.map((row) => row.steps)).toEqual([[0], [1]]);
});

test("inputs that vary together share a heading", () => {
  expect(axisWords({ title: "", inputs: [{ values: [1, 2] }, { values: ["a", "b"] }] }).steps).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
});
