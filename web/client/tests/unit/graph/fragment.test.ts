import { expect, test } from "vitest";
import { copyFragment, parseFragment, pasteFragment } from "@/graph/fragment";
import { apply, begin } from "@/graph/history";
import { firstPicture } from "../samples";

test("a pasted piece has fresh ids and its inner wires", () => {
  const document = firstPicture();
  const paste = pasteFragment(document, copyFragment(document, ["sampler", "decode"]), [32, 32], false);
  const after = apply(begin(document), paste.command, 0).document;
  expect(paste.ids).toEqual(["sampler-2", "decode-2"]);
  expect(after.wires.filter(({ to }) => paste.ids.includes(to[0]))).toEqual([
    { from: ["sampler-2", "LATENT"], to: ["decode-2", "samples"] },
  ]);
});

test("a paste that keeps inputs is fed by the same nodes", () => {
  const document = firstPicture();
  const paste = pasteFragment(document, copyFragment(document, ["sampler"]), [32, 32], true);
  const after = apply(begin(document), paste.command, 0).document;
  const sources = after.wires.filter(({ to }) => to[0] === "sampler-2").map(({ from }) => from[0]);
  expect(sources.sort()).toEqual(["loader", "negative", "prompt", "size"]);
});

test("clipboard text that is no piece of a workflow is left alone", () => {
  expect(parseFragment("a red circle")).toBeNull();
  expect(parseFragment('{"noiseloom_fragment": 2}')).toBeNull();
});
