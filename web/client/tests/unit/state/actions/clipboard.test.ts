/** A piece of a workflow from the clipboard brings all that belongs to it. */

import { expect, test } from "vitest";
import { pasteAny } from "@/state/actions/clipboard";
import { currentDocument, openDocument } from "@/state/workflow/workspace";
import { firstPicture } from "../../samples";

test("dots on pasted wires come along under ids of their own", async () => {
  openDocument(firstPicture());
  const before = currentDocument();
  const [from, to] = [
    { id: "one", type: "EmptyImage", position: [0, 0] },
    { id: "two", type: "ImageInvert", position: [300, 0] },
  ];
  const wire = { from: ["one", "IMAGE"], to: ["two", "image"], via: ["bend"] };
  const piece = {
    noiseloom_fragment: 1,
    nodes: [from, to],
    wires: [wire],
    reroutes: [{ id: "bend", position: [200, 80] }],
  };
  for (const times of [1, 2]) {
    expect(await pasteAny(JSON.stringify(piece), false)).toBe(true);
    const { reroutes = [], wires, nodes } = currentDocument();
    expect(nodes.length).toBe(before.nodes.length + 2 * times);
    expect(new Set(reroutes.map(({ id }) => id)).size).toBe((before.reroutes?.length ?? 0) + times);
    expect(wires.at(-1)?.via).toEqual([reroutes.at(-1)?.id]);
  }
});
