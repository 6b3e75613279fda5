/**
 * The pages that are measured, each driven as a person would, by mouse and keys. What has to be asked (how many nodes are
 * there, where one is on the screen) is read from our page's elements and from ComfyUI's documented `app` object.
 */

import { join } from "node:path";
import { ROOT } from "./backends.mjs";
import { canvasWorkflow, document } from "./graphs.mjs";

export const ours = {
  name: "Noiseloom",
  folder: () => join(ROOT, "web/dist"),
  workflow: document,
  prepare: async () => {},
  /** Whether so many nodes are there; any, where no number is given. */
  drawn: (wanted) => {
    const count = window.document.querySelectorAll(".react-flow__node").length;
    return wanted === null ? count > 0 : count === wanted;
  },
  view: () => {
    const { a, e, f } = new DOMMatrix(
      getComputedStyle(window.document.querySelector(".react-flow__viewport")).transform,
    );
    const { x, y } = window.document.querySelector(".react-flow").getBoundingClientRect();
    return { zoom: a, x: e + x, y: f + y };
  },
  /** Where a node stands, to see whether a drag moved it. */
  place: (at) => window.document.querySelector(`.react-flow__node[data-id="n${at}"]`).style.transform,
  /** From a node's position to a point of its title, in the canvas's units. */
  title: [120, 14],
  fit: "Shift+1",
};

export const comfy = (version, folder) => ({
  name: `ComfyUI front end ${version}`,
  folder: () => folder,
  workflow: canvasWorkflow,
  prepare: async (url) => {
    // Neither the tour nor the minimap, which our page shows on wide windows only.
    const wishes = {
      "Comfy.TutorialCompleted": true,
      "Comfy.InstalledVersion": version,
      "Comfy.Minimap.Visible": false,
    };
    const body = JSON.stringify(wishes);
    const headers = { "Content-Type": "application/json" };
    await fetch(`${url}/api/settings`, { method: "POST", headers, body });
  },
  drawn: (wanted) => {
    const count = window.app?.graph?.nodes?.length ?? 0;
    return wanted === null ? count > 0 : count === wanted;
  },
  view: () => {
    const { scale, offset } = window.app.canvas.ds;
    const { x, y } = window.app.canvas.canvas.getBoundingClientRect();
    return { zoom: scale, x: offset[0] * scale + x, y: offset[1] * scale + y };
  },
  place: (at) => [...window.app.graph.getNodeById(at + 1).pos],
  title: [120, -14],
  fit: ".",
});
