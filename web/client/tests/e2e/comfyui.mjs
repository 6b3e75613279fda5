/** Canvas files as ComfyUI writes them today (form 1.0), by hand: plain pictures, so that they run in a moment. */

const node = (id, type, pos, inputs, outputs, values, more = {}) => ({
  id,
  type,
  pos,
  size: [270, 130],
  flags: {},
  order: 0,
  mode: 0,
  inputs,
  outputs,
  properties: { "Node name for S&R": type },
  widgets_values: values,
  ...more,
});
const input = (name, type, link) => ({ name, localized_name: name, type, link });
const output = (type, links) => ({ name: type, localized_name: type, type, links });
const link = (id, origin_id, origin_slot, target_id, target_slot, type, more = {}) => ({
  id,
  origin_id,
  origin_slot,
  target_id,
  target_slot,
  type,
  ...more,
});
const around = { groups: [], config: {}, extra: { ds: { scale: 1, offset: [0, 0] } }, version: 1 };

/** A picture turned inside out and saved: three nodes, two links, one of them over a reroute; a group; a note. */
export function plainCanvas(prefix) {
  return {
    ...around,
    id: crypto.randomUUID(),
    revision: 0,
    state: { lastGroupId: 1, lastNodeId: 9, lastLinkId: 5, lastRerouteId: 1 },
    groups: [{ id: 1, title: "Ink", bounding: [-20, -60, 310, 260], color: "#3f789e", font_size: 24, flags: {} }],
    nodes: [
      node(2, "EmptyImage", [0, 0], [], [output("IMAGE", [4])], [80, 48, 1, 0x204060]),
      node(5, "ImageInvert", [360, 0], [input("image", "IMAGE", 4)], [output("IMAGE", [5])], []),
      node(9, "SaveImage", [720, 0], [input("images", "IMAGE", 5)], [], [prefix], { title: "Keep" }),
      node(8, "MarkdownNote", [0, 260], [], [], ["Turned **inside out**."]),
    ],
    links: [link(4, 2, 0, 5, 0, "IMAGE", { parentId: 1 }), link(5, 5, 0, 9, 0, "IMAGE")],
    reroutes: [{ id: 1, pos: [320, 120], linkIds: [4] }],
  };
}

/** The same with its first two nodes in a sub-graph that shows the width; the instance has a width of its own. */
export function canvasWithSubgraph(prefix) {
  const flat = plainCanvas(prefix);
  const definition = {
    id: "7f3f5a4e-54a2-4c3e-9b61-0d7a54b0c111",
    version: 1,
    revision: 0,
    state: { lastGroupId: 0, lastNodeId: 5, lastLinkId: 7, lastRerouteId: 0 },
    config: {},
    name: "Ink pot",
    inputNode: { id: -10, bounding: [-260, 0, 120, 60] },
    outputNode: { id: -20, bounding: [760, 0, 120, 60] },
    inputs: [],
    outputs: [{ id: "c1d0b0de-0d4f-4b34-8a34-2f6a0f8f0e11", name: "IMAGE", type: "IMAGE", linkIds: [7] }],
    widgets: [],
    groups: [],
    nodes: [flat.nodes[0], { ...flat.nodes[1], outputs: [output("IMAGE", [7])] }],
    links: [link(4, 2, 0, 5, 0, "IMAGE"), link(7, 5, 0, -20, 0, "IMAGE")],
    extra: {},
  };
  const properties = { proxyWidgets: [["2", "width"]] };
  return {
    ...flat,
    groups: [],
    reroutes: [],
    nodes: [
      node(6, definition.id, [0, 0], [], [output("IMAGE", [5])], [112], { properties }),
      { ...flat.nodes[2], pos: [400, 0] },
    ],
    links: [link(5, 6, 0, 9, 0, "IMAGE")],
    definitions: { subgraphs: [definition] },
  };
}

/** What ComfyUI puts beside it as `prompt`: the same graph in run form. */
export const plainPrompt = (prefix) => ({
  2: { class_type: "EmptyImage", inputs: { width: 80, height: 48, batch_size: 1, color: 0x204060 } },
  5: { class_type: "ImageInvert", inputs: { image: ["2", 0] } },
  9: { class_type: "SaveImage", inputs: { images: ["5", 0], filename_prefix: prefix }, _meta: { title: "Keep" } },
});
