import { expect, test } from "vitest";
import { freeId } from "@/graph/document";
import { firstPicture } from "../samples";

test.each([
  ["KSampler", "ksampler"],
  ["Image Resize+", "image-resize"],
  ["图像缩放", "node"],
  ["图像 Resize", "resize"],
  ["sampler", "sampler-2"],
])("a node of %s is called %s", (base, id) => {
  expect(freeId(firstPicture(), base)).toBe(id);
});
