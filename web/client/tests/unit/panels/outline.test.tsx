// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import InspectorPanel from "@/features/inspector/InspectorPanel";
import OutlinePanel from "@/features/outline/OutlinePanel";
import { startWords } from "@/i18n/i18n";
import { useCatalogue } from "@/state/nodes/catalogue";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { openDocument } from "@/state/workflow/workspace";
import { firstPicture, shippedCatalogue } from "../samples";

beforeEach(async () => {
  await startWords("en");
  useCatalogue.setState({ catalogue: shippedCatalogue(), loaded: true });
  openDocument(firstPicture());
  selectNodes([]);
});
afterEach(cleanup);

test("a tree with one tab stop; Enter selects the node, the filter leaves what matches", () => {
  render(<OutlinePanel />);
  expect(screen.getAllByRole("treeitem").filter((row) => row.tabIndex === 0)).toHaveLength(1);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "sampler" } });
  const row = screen.getByRole("treeitem", { name: /^Sampler, node \d of \d/ });
  row.focus();
  fireEvent.keyDown(row, { key: "Enter" });
  expect(useSelection.getState().nodes).toEqual(["sampler"]);
});

test("the inspector tells of the workflow, then of the node, then of several", () => {
  const { rerender } = render(<InspectorPanel />);
  expect(screen.getByRole("region", { name: "Workflow" })).toBeTruthy();
  selectNodes(["sampler"]);
  rerender(<InspectorPanel />);
  expect(screen.getByRole("region", { name: "What it does" })).toBeTruthy();
  expect(screen.getByRole("region", { name: "Sockets" })).toBeTruthy();
  selectNodes(["sampler", "decode"]);
  rerender(<InspectorPanel />);
  expect(screen.getByRole("region", { name: "Values in common" })).toBeTruthy();
});
