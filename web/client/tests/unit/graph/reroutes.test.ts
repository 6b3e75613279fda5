import { expect, test } from "vitest";
import { move, remove } from "@/graph/commands/nodes";
import { addReroute, bundle } from "@/graph/commands/reroutes";
import { disconnect } from "@/graph/commands/wires";
import { wireId } from "@/graph/document";
import { copyFragment, pasteFragment } from "@/graph/fragment";
import { apply, begin, undo } from "@/graph/history";
import { viaOf } from "@/graph/reroutes";
import { firstPicture } from "../samples";

const start = firstPicture();
const words = start.wires.filter((wire) => wire.from[1] === "CLIP");
const ids = words.map(wireId);

function bundled() {
  const made = bundle(
    start,
    ids.map((wire) => ({ wire, at: [100, 50] as [number, number], place: 0 })),
  );
  return { history: apply(begin(start), made.command, 0), dots: made.ids };
}

test("a stroke across wires of one output gives them one dot, and a dot before it is shared too", () => {
  const { history, dots } = bundled();
  expect(dots).toHaveLength(1);
  expect(history.document.reroutes).toEqual([{ id: dots[0], position: [100, 50] }]);
  const second = addReroute(history.document, [ids[0] ?? ""], [60, 50], 0);
  const document = apply(history, second?.command ?? remove([]), 0).document;
  for (const wire of document.wires.filter((item) => ids.includes(wireId(item)))) {
    expect(viaOf(wire)).toEqual([second?.id, dots[0]]);
  }
});

test("a dot moves with nodes, heals when deleted, and goes with its last wire", () => {
  const { history, dots } = bundled();
  const [dot = ""] = dots;
  expect(apply(history, move(new Map([[dot, [8, 8]]])), 0).document.reroutes?.[0]?.position).toEqual([8, 8]);
  const healed = apply(history, remove([dot]), 0);
  expect(healed.document.wires.map(wireId)).toEqual(start.wires.map(wireId));
  expect(healed.document.reroutes).toEqual([]);
  expect(undo(undo(healed)).document).toEqual(start);
  const first = apply(history, disconnect(ids.slice(0, 1)), 0);
  expect(first.document.reroutes).toHaveLength(1);
  expect(apply(first, disconnect(ids.slice(1)), 5_000).document.reroutes).toEqual([]);
});

test("a copy takes the dots among its nodes along, under ids of their own", () => {
  const { history } = bundled();
  const { document } = history;
  const nodes = [words[0]?.from[0] ?? "", ...words.map((wire) => wire.to[0])];
  const paste = pasteFragment(document, copyFragment(document, nodes), [32, 32], false);
  const pasted = apply(begin(document), paste.command, 0).document;
  expect(pasted.reroutes).toHaveLength(2);
  const copied = pasted.wires.filter((wire) => paste.ids.includes(wire.to[0]) && viaOf(wire).length > 0);
  expect(copied).toHaveLength(2);
  expect(new Set(copied.flatMap(viaOf))).toEqual(new Set([pasted.reroutes?.[1]?.id]));
  expect(pasted.reroutes?.[1]?.position).toEqual([132, 82]);
});
