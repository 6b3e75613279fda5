/**
 * The workflow that every page opens: a grid of samplers and latent composites, 1.5 wires a node. Each node takes the
 * latent of its left neighbour, each composite also that of the node above it.
 */

/** From a node to its neighbours. */
export const PITCH = [360, 560];
/** Where the first node stands on the screen for what is measured near; above it is empty canvas to pan by. */
export const ORIGIN = [220, 240];

const WIDGETS = {
  KSampler: { seed: 1, steps: 20, cfg: 7, sampler_name: "euler", scheduler: "normal", denoise: 1 },
  LatentComposite: { x: 8, y: 8, feather: 0 },
};
const SOCKETS = {
  KSampler: [
    ["model", "MODEL"],
    ["positive", "CONDITIONING"],
    ["negative", "CONDITIONING"],
    ["latent_image", "LATENT"],
  ],
  LatentComposite: [
    ["samples_to", "LATENT"],
    ["samples_from", "LATENT"],
  ],
};

/** How many nodes are in a row: the whole has about the window's shape. */
export function columnsOf(count) {
  return Math.ceil(Math.sqrt((count * (16 / 9) * PITCH[1]) / PITCH[0]));
}

/** Nodes in rows, and which feeds which. */
function grid(count) {
  const columns = columnsOf(count);
  const nodes = Array.from({ length: count }, (_, at) => ({
    at,
    type: at % 2 === 0 ? "KSampler" : "LatentComposite",
    position: [(at % columns) * PITCH[0], Math.floor(at / columns) * PITCH[1]],
  }));
  const wires = [];
  for (const { at, type } of nodes) {
    if (at > 0) wires.push([at - 1, at, type === "KSampler" ? "latent_image" : "samples_to"]);
    if (type === "LatentComposite" && at >= columns) wires.push([at - columns, at, "samples_from"]);
  }
  // The first row has nothing above it: it is fed from further along until there are 1.5 wires a node.
  for (let at = 1; wires.length < count * 1.5 && at < Math.min(columns, count); at += 2) {
    wires.push([(at + 2 * columns + 1) % count, at, "samples_from"]);
  }
  return { nodes, wires };
}

/** Our document. */
export function document(count) {
  const { nodes, wires } = grid(count);
  const plain = { title: "", size: null, mode: "active", collapsed: false, pinned: false, color: null };
  return {
    noiseloom: 1,
    id: "grid",
    title: "Grid",
    nodes: nodes.map(({ at, type, position }) => ({
      ...plain,
      id: `n${at}`,
      type,
      position,
      widgets: { ...WIDGETS[type], ...(type === "KSampler" ? { seed: String(at) } : {}) },
    })),
    wires: wires.map(([from, to, socket]) => ({ from: [`n${from}`, "LATENT"], to: [`n${to}`, socket] })),
    frames: [],
    view: { x: ORIGIN[0], y: ORIGIN[1], zoom: 1 },
    extra: {},
  };
}

/** The same as a workflow of ComfyUI's canvas, format 0.4. */
export function canvasWorkflow(count) {
  const { nodes, wires } = grid(count);
  const links = wires.map(([from, to, socket], at) => {
    const slot = SOCKETS[nodes[to].type].findIndex(([name]) => name === socket);
    return [at + 1, from + 1, 0, to + 1, slot, "LATENT"];
  });
  const into = new Map(links.map(([id, , , to, slot]) => [`${to}:${slot}`, id]));
  const outOf = Map.groupBy?.(links, (link) => link[1]) ?? grouped(links);
  return {
    last_node_id: count,
    last_link_id: links.length,
    nodes: nodes.map(({ at, type, position }) => ({
      id: at + 1,
      type,
      pos: position,
      size: type === "KSampler" ? [315, 262] : [315, 170],
      flags: {},
      order: at,
      mode: 0,
      inputs: SOCKETS[type].map(([name, socket], slot) => ({
        name,
        type: socket,
        link: into.get(`${at + 1}:${slot}`) ?? null,
      })),
      outputs: [{ name: "LATENT", type: "LATENT", slot_index: 0, links: (outOf.get(at + 1) ?? []).map(([id]) => id) }],
      properties: { "Node name for S&R": type },
      widgets_values:
        type === "KSampler" ? [at, "fixed", 20, 7, "euler", "normal", 1] : Object.values(WIDGETS.LatentComposite),
    })),
    links,
    groups: [],
    config: {},
    extra: { ds: { scale: 1, offset: ORIGIN } },
    version: 0.4,
  };
}

function grouped(links) {
  const found = new Map();
  for (const link of links) found.set(link[1], [...(found.get(link[1]) ?? []), link]);
  return found;
}
