/** Using a picture in the open workflow: its values, its seed, its whole workflow, or the picture itself. */

import { ApiError } from "@/api/client";
import { type GalleryPicture, getPictureDetail, getPictureWorkflow, type PictureParameter } from "@/api/pictures";
import { addNode } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { setSeedMode, setWidget } from "@/graph/commands/widgets";
import { type GraphNode, newNode, type WorkflowDocument } from "@/graph/document";
import { type NodeSpec, showsPicture, type WidgetValue, widgetInputs } from "@/graph/spec";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { selectNodes } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { openFile } from "./files";

type Facts = Pick<GalleryPicture, "prompt" | "negative" | "seed">;

interface Setting {
  node: string;
  name: string;
  value: WidgetValue;
}

/** The file that an image node's widget names for a picture of the output folder. */
export function imageValue({ subfolder, filename }: Pick<GalleryPicture, "subfolder" | "filename">): string {
  return `${subfolder === "" ? "" : `${subfolder}/`}${filename} [output]`;
}

/** The widget of a node that holds a picture, if it has one. */
export function imageWidget(spec: NodeSpec | undefined): string | null {
  const found = spec === undefined ? [] : widgetInputs(spec);
  return found.find(({ widget }) => widget.kind === "file" && showsPicture(widget))?.name ?? null;
}

/** Nodes of the canvas that a picture can be put into. */
export function imageNodes(document: WorkflowDocument): GraphNode[] {
  return document.nodes.filter((node) => imageWidget(currentCatalogue().get(node.type)) !== null);
}

/** Put a picture into a node. Says whether the node takes one. */
export function setNodeImage(node: string, picture: Pick<GalleryPicture, "subfolder" | "filename">): boolean {
  const found = currentDocument().nodes.find(({ id }) => id === node);
  const name = found === undefined ? null : imageWidget(currentCatalogue().get(found.type));
  if (name === null) return false;
  run(setWidget(node, name, imageValue(picture)));
  selectNodes([node]);
  notify("info", t("gallery.node_set", { name: picture.filename }));
  return true;
}

/** A new image node with a picture of the output folder, at a place on the canvas. */
export function addImageNode(
  picture: Pick<GalleryPicture, "subfolder" | "filename">,
  position?: [number, number],
): void {
  addNodeOfImage(imageValue(picture), position);
}

/** A new image node with the picture that an image widget calls `value`. */
export function addNodeOfImage(
  value: string,
  position: [number, number] = viewport()?.centre().position ?? [0, 0],
): void {
  const spec = currentCatalogue().get("LoadImage");
  const name = imageWidget(spec);
  if (spec === undefined || name === null) return;
  const node = newNode(currentDocument(), spec.id, [Math.round(position[0] / 8) * 8, Math.round(position[1] / 8) * 8]);
  node.widgets[name] = value;
  run(addNode(node));
  setTimeout(() => selectNodes([node.id]), 0);
}

/** Open the workflow that made a picture. */
export async function openPictureWorkflow({ id, filename }: Pick<GalleryPicture, "id" | "filename">): Promise<boolean> {
  try {
    const workflow = await getPictureWorkflow(id);
    const name = filename.replace(/\.[^.]+$/, "");
    return await openFile(new Blob([JSON.stringify(workflow)], { type: "application/json" }), `${name}.json`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    return false;
  }
}

/** Put a picture's values into the open workflow by their names, as one step. */
export async function takePictureValues(picture: GalleryPicture, what: "all" | "prompt" | "seed"): Promise<void> {
  try {
    const parameters = what === "all" ? (await getPictureDetail(picture.id)).parameters : [];
    const settings = settingsFor(currentDocument(), picture, parameters, what);
    if (settings.length === 0) {
      notify("warning", t("gallery.nothing_fits"));
      return;
    }
    run(
      several("edit", [
        ...settings.map(({ node, name, value }) => setWidget(node, name, value)),
        ...settings.filter(({ name }) => SEEDS.has(name)).map(({ node, name }) => setSeedMode(node, name, "fixed")),
      ]),
    );
    notify("info", t("gallery.values_used", { count: settings.length }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
  }
}

const SEEDS = new Set(["seed", "noise_seed"]);
const TEXTS = new Set(["text"]);

/** What to set where: texts by the input they steer, all else by the widget's name, nodes of the same type first. */
export function settingsFor(
  document: WorkflowDocument,
  facts: Facts,
  parameters: readonly PictureParameter[],
  what: "all" | "prompt" | "seed",
): Setting[] {
  const settings: Setting[] = [];
  if (what !== "seed") {
    settings.push(...textFor(document, "positive", facts.prompt), ...textFor(document, "negative", facts.negative));
  }
  const taken = new Set<PictureParameter>();
  for (const node of document.nodes) {
    const spec = currentCatalogue().get(node.type);
    for (const { name, widget } of spec === undefined ? [] : widgetInputs(spec)) {
      if (SEEDS.has(name) && what !== "prompt" && facts.seed !== "") {
        settings.push({ node: node.id, name, value: facts.seed });
      } else if (what === "all" && !SEEDS.has(name) && !TEXTS.has(name) && widget.kind !== "file") {
        const found = parameters.find((item) => item.name === name && item.type === node.type && !taken.has(item));
        if (found === undefined) continue;
        taken.add(found);
        settings.push({ node: node.id, name, value: found.value });
      } else if (what === "all" && widget.kind === "file" && widget.root === "models") {
        const found = parameters.find((item) => item.name === name && widget.choices.includes(String(item.value)));
        if (found !== undefined) settings.push({ node: node.id, name, value: found.value });
      }
    }
  }
  return settings;
}

function textFor(document: WorkflowDocument, input: string, text: string): Setting[] {
  const sources = document.wires.filter(({ to }) => to[1] === input).map(({ from }) => from[0]);
  const node = document.nodes.find(({ id, type }) => sources.includes(id) && hasText(type));
  return node === undefined || (text === "" && input === "positive")
    ? []
    : [{ node: node.id, name: "text", value: text }];
}

function hasText(type: string): boolean {
  const spec = currentCatalogue().get(type);
  return spec !== undefined && widgetInputs(spec).some(({ name, widget }) => name === "text" && widget.kind === "text");
}
