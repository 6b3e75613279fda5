import { expect, test } from "vitest";
import { move } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { nodeIndex } from "@/graph/document";
import { copyFragment, parseFragment, pasteFragment } from "@/graph/fragment";
import { apply, begin, undo } from "@/graph/history";
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

test("a paste that was undone can be run again and moved with it", () => {
  const document = firstPicture();
  const { command } = pasteFragment(document, copyFragment(document, ["decode"]), [0, 0], false);
  const undone = undo(apply(begin(document), command, 0));
  const again = apply(undone, several("paste", [command, move(new Map([["decode-2", [8, 16]]]))]), 0).document;
  expect(nodeIndex(again).get("decode-2")?.position).toEqual([8, 16]);
});

test("clipboard text that is no piece of a workflow is left alone", () => {
  expect(parseFragment("a red circle")).toBeNull();
  expect(parseFragment('{"noiseloom_fragment": 2}')).toBeNull();
});
