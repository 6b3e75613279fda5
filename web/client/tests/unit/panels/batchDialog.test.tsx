// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import BatchDialog from "@/features/batch/BatchDialog";
import { startWords } from "@/i18n/i18n";
import { useCatalogue } from "@/state/nodes/catalogue";
import { openDocument } from "@/state/workflow/workspace";
import { firstPicture, shippedCatalogue } from "../samples";

beforeEach(async () => {
  await startWords("en");
  useCatalogue.setState({ catalogue: shippedCatalogue(), loaded: true });
  openDocument(firstPicture());
});
afterEach(cleanup);

const steps = JSON.stringify(["sampler", "steps"]);
const queue = () => screen.getByRole<HTMLButtonElement>("button", { name: /^Queue/ });

test("an axis says what is wrong with its values, and nothing else does", () => {
  render(<BatchDialog />);
  fireEvent.change(screen.getByRole("combobox", { name: "Widget" }), { target: { value: steps } });
  fireEvent.change(screen.getByRole("textbox", { name: "How many" }), { target: { value: "0" } });
  expect(screen.getByText("“How many” is a whole number from 1.")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe("0 jobs");
  expect(queue().disabled).toBe(true);

  fireEvent.click(screen.getByRole("radio", { name: "List" }));
  fireEvent.change(screen.getByRole("textbox", { name: "One value a line" }), { target: { value: "1\nabc" } });
  expect(screen.getByText("Line 2: “abc” is not a whole number.")).toBeTruthy();
  expect(screen.queryByText("Give at least one value.")).toBeNull();
  expect(queue().disabled).toBe(true);

  fireEvent.change(screen.getByRole("textbox", { name: "One value a line" }), { target: { value: "" } });
  expect(screen.getAllByText("Give at least one value.")).toHaveLength(1);
});

test("where nothing can vary, nothing can be queued", () => {
  openDocument({ ...firstPicture(), nodes: [], wires: [] });
  render(<BatchDialog />);
  expect(queue().disabled).toBe(true);
});
