import { expect, test } from "vitest";
import { crosses, type Point, wireEnds, wireLine, wireMiddle, wiresNear } from "@/canvas/wires/wirePath";
import type { Wire, WorkflowDocument } from "@/graph/document";
import { firstPicture } from "../../samples";

/** The first picture with one wire led far below everything by a dot. */
function dotted(): { document: WorkflowDocument; wire: Wire; dot: [number, number] } {
  const document = firstPicture();
  const [first, ...others] = document.wires;
  if (first === undefined) throw new Error("the first picture has no wires");
  const ends = wireEnds(document, first);
  if (ends === null) throw new Error("a wire has no ends");
  const dot: [number, number] = [(ends.from[0] + ends.to[0]) / 2, Math.max(ends.from[1], ends.to[1]) + 900];
  const wire = { ...first, via: ["r1"] };
  return { document: { ...document, wires: [wire, ...others], reroutes: [{ id: "r1", position: dot }] }, wire, dot };
}

test("a wire's line runs through its dots: a stroke there crosses it, a stroke where it would run does not", () => {
  const { document, wire, dot } = dotted();
  const stroke = (y: number): Point[] => [
    [dot[0] + 1, y - 40],
    [dot[0] - 1, y + 40],
  ];
  const straight = wireLine(document, { ...wire, via: [] });
  const middle = straight[straight.length >> 1]?.[1] ?? 0;
  expect(crosses(stroke(dot[1]), wireLine(document, wire))).toBe(true);
  expect(crosses(stroke(dot[1]), straight)).toBe(false);
  expect(crosses(stroke(middle), straight)).toBe(true);
  expect(crosses(stroke(middle), wireLine(document, wire))).toBe(false);
});

test("the button of a wire lies on its line and not on a dot", () => {
  const { document, wire, dot } = dotted();
  const [x, y] = wireMiddle(document, wire) ?? dot;
  expect(Math.hypot(x - dot[0], y - dot[1])).toBeGreaterThan(24);
  const near = wireLine(document, wire).map(([a, b]) => Math.hypot(a - x, b - y));
  expect(Math.min(...near)).toBeLessThan(1);
});

test("a wire of a missing node has no line", () => {
  const { document, wire } = dotted();
  const nodes = document.nodes.filter((node) => node.id !== wire.from[0]);
  expect(wireLine({ ...document, nodes }, wire)).toEqual([]);
  expect(wireMiddle({ ...document, nodes }, wire)).toBeNull();
});

test("the wires at a point are those that run there, the nearest first; far from all there is none", () => {
  const { document, wire, dot } = dotted();
  const middle = wireMiddle(document, wire) ?? dot;
  expect(wiresNear(document, middle, 4)[0]).toBe(wire);
  expect(wiresNear(document, dot, 4)).toEqual([wire]);
  expect(wiresNear(document, [dot[0], dot[1] + 12], 4)).toEqual([]);
  expect(wiresNear(document, [dot[0], dot[1] + 12], 16)).toEqual([wire]);
  const straight = document.wires[1] as Wire;
  const two = { ...document, wires: [wire, straight], reroutes: [{ id: "r1", position: pointOn(straight) }] };
  const [x, y] = pointOn(straight);
  expect(wiresNear(two, [x, y], 1)).toHaveLength(2);
  const [above] = wireLine(two, straight);
  expect(wiresNear(two, above as Point, 2)).toEqual([straight]);

  function pointOn(other: Wire): [number, number] {
    const [a, b] = wireMiddle(document, other) ?? dot;
    return [a, b];
  }
});
