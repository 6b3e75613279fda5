import { expect, test } from "vitest";
import { addToForm, changeInForm, moveInForm, takeFromForm, toggleInForm } from "@/graph/commands/form";
import { emptyDocument, newNode, type WorkflowDocument } from "@/graph/document";
import { isInForm, readForm, shownForm, usualForm } from "@/graph/form";
import { apply, begin, undo } from "@/graph/history";
import { readDocument } from "@/graph/io/read";
import { catalogueOf, type NodeSpec } from "@/graph/spec";

const number = { kind: "integer", default: 20, minimum: 1, maximum: 100, step: 1, seed: false } as const;
const text = { kind: "text", default: "", multiline: true, placeholder: "" } as const;
const input = { required: true, tooltip: "", lazy: false };

function spec(id: string, part: Partial<NodeSpec>): NodeSpec {
  const plain = { title: id, category: "", description: "", version: "1", inputs: [], outputs: [], is_output: false };
  return { ...plain, id, cacheable: true, deprecated: false, experimental: false, aliases: [], source: "", ...part };
}

const CATALOGUE = catalogueOf([
  spec("Sampler", { inputs: [{ ...input, name: "steps", type: "INT", widget: number }] }),
  spec("Prompt", { inputs: [{ ...input, name: "text", type: "STRING", widget: text }] }),
  spec("Save", { is_output: true, inputs: [{ ...input, name: "images", type: "IMAGE", widget: null }] }),
]);

function sample(): WorkflowDocument {
  const document = emptyDocument("t");
  for (const type of ["Sampler", "Prompt", "Save"])
    document.nodes = [...document.nodes, newNode(document, type, [0, 0])];
  return document;
}

const field = (node: string, widget: string) => ({ kind: "field", node, widget }) as const;

test("the usual form has the prompt first, then numbers, and the result", () => {
  expect(usualForm(sample(), CATALOGUE)).toEqual([
    { kind: "output", node: "save" },
    field("prompt", "text"),
    field("sampler", "steps"),
  ]);
});

test("a field is shown once, in its section, with limits no wider than the widget's", () => {
  let history = begin(sample());
  history = apply(history, addToForm([field("prompt", "text"), { kind: "section", title: "More" }]), 0);
  history = apply(history, toggleInForm("sampler", "steps"), 5_000);
  history = apply(history, addToForm([field("sampler", "steps")]), 10_000);
  history = apply(history, changeInForm(2, { minimum: -5, maximum: 30, help: "Few are quick" }), 15_000);
  const { groups, gone } = shownForm(history.document, CATALOGUE);
  expect(groups.map(({ section, fields }) => [section?.title ?? null, fields.map(({ item }) => item.widget)])).toEqual([
    [null, ["text"]],
    ["More", ["steps"]],
  ]);
  expect(groups[1]?.fields[0]?.input.widget).toMatchObject({ minimum: 1, maximum: 30 });
  expect(gone).toEqual([]);
  expect(isInForm(history.document, "sampler", "steps")).toBe(true);
});

test("what a field refers to no more is told, not shown", () => {
  const document = {
    ...sample(),
    form: { items: [field("gone", "text"), field("sampler", "nothing"), field("prompt", "text")] },
  };
  const shown = shownForm(document, CATALOGUE);
  expect(shown.gone).toEqual([0, 1]);
  const { document: after } = apply(begin(document), takeFromForm(shown.gone), 0);
  expect(after.form?.items).toEqual([field("prompt", "text")]);
});

test("every edit of a form is undone to the same document", () => {
  const start = sample();
  let history = begin(start);
  const seen = [start];
  const edits = [
    addToForm(usualForm(start, CATALOGUE)),
    moveInForm(2, 0),
    changeInForm(0, { label: "How many" }),
    toggleInForm("prompt", "text"),
    toggleInForm("save", null),
    takeFromForm([0]),
  ];
  edits.forEach((edit, number_) => {
    history = apply(history, edit, number_ * 5_000);
    seen.push(history.document);
  });
  expect(new Set(seen).size).toBe(edits.length + 1);
  for (const before of seen.toReversed().slice(1)) {
    history = undo(history);
    expect(history.document).toEqual(before);
  }
});

test("a form is read from a file, and what cannot be one is left out", () => {
  const form = { items: [field("a", "b"), { kind: "field", node: 3 }, { kind: "section", title: "x" }, "y"] };
  expect(readForm(form)).toEqual({ items: [field("a", "b"), { kind: "section", title: "x" }] });
  expect(readDocument({ ...sample(), form }).form?.items).toHaveLength(2);
  expect(readDocument({ ...sample(), form: 7 }).form).toBeUndefined();
});
