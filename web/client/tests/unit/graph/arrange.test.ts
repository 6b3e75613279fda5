import { expect, test } from "vitest";
import { align, distribute, snap, straighten } from "@/graph/arrange";
import type { Box } from "@/graph/boxes";
import { nodeIndex } from "@/graph/document";
import { firstPicture, shapeOf } from "../samples";

const box = (id: string, x: number, y: number, width = 100, height = 50): Box => ({ id, x, y, width, height });
const THREE = [box("a", 0, 0), box("b", 130, 40, 60, 90), box("c", 400, 10)];

test("aligning right brings right edges onto the rightmost one", () => {
  expect([...align(THREE, "right")]).toEqual([
    ["a", [400, 0]],
    ["b", [440, 40]],
    ["c", [400, 10]],
  ]);
});

test("aligning at the middle centres boxes in the height of all", () => {
  const middles = [...align(THREE, "middle")].map(
    ([id, [, y]]) => y + (THREE.find((b) => b.id === id)?.height ?? 0) / 2,
  );
  expect(new Set(middles).size).toBe(1);
});

test("distributing leaves the outermost in place and makes gaps equal", () => {
  const places = distribute(THREE, "horizontal");
  expect(places.get("a")?.[0]).toBe(0);
  expect(places.get("c")?.[0]).toBe(400);
  const gaps = [(places.get("b")?.[0] ?? 0) - 100, 400 - (places.get("b")?.[0] ?? 0) - 60];
  expect(gaps[0]).toBe(gaps[1]);
});

test("two boxes have nothing to distribute", () => {
  expect(distribute(THREE.slice(0, 2), "vertical").size).toBe(0);
});

test("straightening moves the sampler so that its topmost wire from the selection is level", () => {
  const document = firstPicture();
  const places = straighten(document, ["prompt", "sampler"], shapeOf);
  const nodes = nodeIndex(document);
  const prompt = nodes.get("prompt");
  const sampler = nodes.get("sampler");
  if (prompt === undefined || sampler === undefined) throw new Error("the sample lacks a node");
  const from = prompt.position[1] + (shapeOf(prompt).outputs.get("CONDITIONING") ?? 0);
  const to = (places.get("sampler")?.[1] ?? 0) + (shapeOf(sampler).inputs.get("positive") ?? 0);
  expect(to).toBe(from);
  expect(places.has("prompt")).toBe(false);
});

test("a moved box snaps to the nearest line within reach, on each axis by itself", () => {
  const { shift, guides } = snap({ x: 4, y: 203, width: 100, height: 50 }, [box("a", 0, 0), box("d", 300, 200)], 6);
  expect(shift).toEqual([-4, -3]);
  expect(guides.map((guide) => guide.axis)).toEqual(["x", "y"]);
});

test("a box far from all lines does not snap", () => {
  expect(snap({ x: 30, y: 77, width: 7, height: 7 }, [box("a", 300, 300)], 6)).toEqual({ shift: [0, 0], guides: [] });
});
