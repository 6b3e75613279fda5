import { expect, test } from "vitest";
import { positivePrompt } from "@/graph/positivePrompt";
import { tourStops } from "@/graph/tour";
import { firstPicture } from "../samples";

test("the tour of the first picture stops at five nodes, in the order of a run", () => {
  expect(tourStops(firstPicture())).toEqual(["loader", "prompt", "sampler", "decode", "picture"]);
});

test("the prompt of the tour is the positive one, whichever is first", () => {
  const picture = firstPicture();
  const swapped = { ...picture, nodes: picture.nodes.toReversed() };
  expect(positivePrompt(swapped)).toBe("prompt");
  expect(tourStops(swapped)).toContain("prompt");
  expect(tourStops(swapped)).not.toContain("negative");
});

test("a workflow of other nodes shows those, five at most", () => {
  const picture = firstPicture();
  const other = { ...picture, nodes: picture.nodes.map((node) => ({ ...node, type: "ImageInvert" })) };
  expect(tourStops(other)).toHaveLength(5);
  expect(tourStops({ ...picture, nodes: [], wires: [] })).toEqual([]);
});
