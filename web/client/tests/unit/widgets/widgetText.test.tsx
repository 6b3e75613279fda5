// @vitest-environment happy-dom

import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { GraphNode } from "@/graph/document";
import type { InputSpec, Widget, WidgetValue } from "@/graph/spec";
import { startWords } from "@/i18n/i18n";
import { WidgetText } from "@/widgets/WidgetText";
import { firstPicture, shippedCatalogue } from "../samples";

afterEach(cleanup);

const input = [...shippedCatalogue().values()]
  .flatMap((spec) => spec.inputs)
  .find((item) => item.widget?.kind === "boolean") as InputSpec & { widget: Widget };

function show(value?: WidgetValue) {
  const [first] = firstPicture().nodes;
  const node: GraphNode = { ...(first as GraphNode), widgets: value === undefined ? {} : { [input.name]: value } };
  render(<WidgetText label="switch" node={node} input={input} />);
}

test.each([
  ["en", true, "On"],
  ["en", false, "Off"],
  ["zh-CN", true, "开"],
  ["zh-CN", false, "关"],
] as const)("in %s a switch that is %s reads %s", async (language, value, words) => {
  await startWords(language);
  show(value);
  expect(screen.getByText(words)).toBeTruthy();
});
