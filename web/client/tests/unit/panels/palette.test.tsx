// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import Palette from "@/features/palette/Palette";
import { startWords } from "@/i18n/i18n";
import { useCatalogue } from "@/state/nodes/catalogue";
import { openDocument } from "@/state/workflow/workspace";
import { firstPicture, shippedCatalogue } from "../samples";

beforeEach(async () => {
  await startWords("zh-CN");
  useCatalogue.setState({ catalogue: shippedCatalogue(), loaded: true });
  openDocument(firstPicture());
});
afterEach(cleanup);

test("the preview names sockets as the node does, with their types in the tips", () => {
  render(<Palette request={{ screen: { x: 0, y: 0 }, position: [0, 0], loose: null }} />);
  fireEvent.change(screen.getByRole("combobox"), { target: { value: "KSampler" } });
  expect(screen.getByText("正面条件").title).toBe("条件");
  expect(screen.getByText("负面条件").title).toBe("条件");
});
