import { expect, test } from "vitest";
import {
  drawNamed,
  freeWireName,
  namesToReceive,
  nameWires,
  receiveByName,
  renameWire,
  sendByName,
} from "@/graph/commands/named";
import { makeSubgraph } from "@/graph/commands/subgraphs/make";
import { wireId } from "@/graph/document";
import { apply, begin, undo } from "@/graph/history";
import { canvasAt } from "@/graph/inside";
import { namedAt } from "@/graph/named";
import { firstPicture, shippedCatalogue } from "../samples";

const start = firstPicture();
const model = start.wires.filter((wire) => wire.from[1] === "CLIP");
const ids = model.map(wireId);

test("drawn wires become named ones and drawn ones again, and undo takes each back", () => {
  const named = apply(begin(start), nameWires(ids, "words"), 0);
  expect(model).toHaveLength(2);
  expect(named.document.named).toHaveLength(3);
  expect(named.document.wires).toHaveLength(start.wires.length - 2);
  expect(undo(named).document).toEqual(start);
  const drawn = apply(named, drawNamed("words"), 5_000).document;
  expect(new Set(drawn.wires.map(wireId))).toEqual(new Set(start.wires.map(wireId)));
  expect(drawn.named).toEqual([]);
});

test("one receiver is drawn alone, and the name stays for the other", () => {
  const { document } = apply(begin(start), nameWires(ids, "words"), 0);
  const drawn = apply(begin(document), drawNamed("words", model[0]?.to), 0).document;
  expect(drawn.named).toHaveLength(2);
  expect(drawn.wires.map(wireId)).toContain(ids[0]);
});

test("a name is sent once: another output gets one with a number", () => {
  const { document } = apply(begin(start), sendByName(["load", "MODEL"], "words"), 0);
  expect(freeWireName(document, "words")).toBe("words 2");
  const both = apply(begin(document), nameWires(ids, "words"), 0).document;
  expect(both.named?.filter((end) => end.from !== undefined).map((end) => end.name)).toEqual(["words", "words 2"]);
});

test("receiving by a name replaces the wire", () => {
  const [first] = model;
  if (first === undefined) throw new Error("nothing is wired");
  const sent = apply(begin(start), sendByName(first.from, "words"), 0).document;
  const { document } = apply(begin(sent), receiveByName(first.to, "words"), 0);
  expect(document.wires.map(wireId)).not.toContain(wireId(first));
  expect(namedAt(document, first.to[0]).in.get(first.to[1])).toBe("words");
});

test("a rename reaches all partners, also inside sub-graphs, which can receive what is sent outside", () => {
  const { document } = apply(begin(start), nameWires(ids, "words"), 0);
  const made = makeSubgraph(document, shippedCatalogue(), [model[0]?.to[0] ?? ""], "Group");
  if (made === null) throw new Error("nothing was made");
  const grouped = apply(begin(document), made.command, 0).document;
  expect(namesToReceive(canvasAt(grouped, [made.instance]))).toEqual(["words"]);
  const renamed = apply(begin(grouped), renameWire("words", "text"), 0).document;
  const names = [...(renamed.named ?? []), ...(renamed.subgraphs?.[0]?.named ?? [])].map((end) => end.name);
  expect(new Set(names)).toEqual(new Set(["text"]));
  expect(names).toHaveLength(3);
});
