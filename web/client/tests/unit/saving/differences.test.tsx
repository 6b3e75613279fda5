// @vitest-environment happy-dom

import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Differences } from "@/features/saving/Differences";
import type { GraphNode, WorkflowDocument } from "@/graph/document";
import { startWords } from "@/i18n/i18n";
import { useCatalogue } from "@/state/nodes/catalogue";
import { firstPicture, shippedCatalogue } from "../samples";

afterEach(cleanup);

const catalogue = shippedCatalogue();
const [spec, input] = [...catalogue.values()].flatMap((item) =>
  item.inputs.filter(({ widget }) => widget?.kind === "boolean").map((found) => [item, found] as const),
)[0] ?? [null, null];

function withSwitch(value: boolean): WorkflowDocument {
  const document = firstPicture();
  const node = { ...(document.nodes[0] as GraphNode), id: "switch", type: spec?.id ?? "", title: "" };
  return { ...document, nodes: [{ ...node, widgets: { [input?.name ?? ""]: value } }], wires: [] };
}

test.each([
  ["en", "Off", "On"],
  ["zh-CN", "关", "开"],
] as const)("in %s a switch that was turned reads as the widget itself does", async (language, off, on) => {
  await startWords(language);
  useCatalogue.setState({ catalogue });
  render(<Differences before={withSwitch(false)} after={withSwitch(true)} />);
  expect(screen.getByText(off, { selector: "del" })).toBeTruthy();
  expect(screen.getByText(on, { selector: "ins" })).toBeTruthy();
});
