import { expect, test } from "vitest";
import { flowEdges, flowNodes } from "@/canvas/model/flowModel";
import { lineOf } from "@/canvas/wires/wireLines";
import { wireEnds } from "@/canvas/wires/wirePath";
import { nodeIndex } from "@/graph/document";
import { firstPicture, shippedCatalogue } from "../../samples";

const catalogue = shippedCatalogue();
const document = firstPicture();
const standing = new Map(
  flowNodes(document, catalogue, [], () => "").map((node) => [node.id, { node, position: node.position }]),
);
const edges = flowEdges(document, catalogue, nodeIndex(document), [], () => "");

/** The first and last point of a path. */
function endsOf(line: string): [number[], number[]] {
  const numbers = [...line.matchAll(/-?[\d.]+/g)].map(Number);
  return [numbers.slice(0, 2), numbers.slice(-2)];
}

test("every wire runs between the sockets that the anatomy gives it", () => {
  for (const edge of edges) {
    const line = lineOf(edge, (id) => standing.get(id));
    const ends = edge.data === undefined ? null : wireEnds(document, edge.data.wire);
    if (line === null || ends === null) throw new Error(edge.id);
    const [from, to] = endsOf(line);
    // A socket's middle lies a pixel inside, for the node's border.
    for (const [drawn, known] of [
      [from, ends.from],
      [to, ends.to],
    ] as const) {
      expect(Math.abs((drawn[0] ?? 0) - known[0])).toBeLessThanOrEqual(1);
      expect(Math.abs((drawn[1] ?? 0) - known[1])).toBeLessThanOrEqual(1);
    }
  }
});

test("a wire goes with the node at its end, and has no line while a node is missing", () => {
  const [edge] = edges;
  if (edge === undefined) throw new Error("no wires");
  const still = lineOf(edge, (id) => standing.get(id));
  const moved = lineOf(edge, (id) => {
    const at = standing.get(id);
    if (at === undefined || id !== edge.target) return at;
    return { ...at, position: { x: at.position.x + 40, y: at.position.y + 24 } };
  });
  const [before, after] = [endsOf(still ?? ""), endsOf(moved ?? "")];
  expect(after[0]).toEqual(before[0]);
  expect(after[1]).toEqual([(before[1][0] ?? 0) + 40, (before[1][1] ?? 0) + 24]);
  expect(lineOf(edge, (id) => (id === edge.target ? undefined : standing.get(id)))).toBeNull();
});
