/** A picture from elsewhere, pasted or dropped: it becomes the image of an image node, or of a new one. */

import { ApiError, uploadImage } from "@/api/client";
import { setWidget } from "@/graph/commands/widgets";
import { CanvasFile, readWorkflowFile, UnreadableWorkflow } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { currentCatalogue, reloadCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { openFile } from "./files";
import { addNodeOfImage, imageNodes, imageWidget } from "./reusePicture";

/** The first picture among what was copied, if there is one. */
export function pictureIn(data: DataTransfer | null): File | null {
  return [...(data?.files ?? [])].find(({ type }) => PICTURE.test(type)) ?? null;
}

const PICTURE = /^image\/(png|jpeg|webp)$/;

/** Give it to the selected image node, or to a new one. Where it carries a workflow, that is offered. */
export function pastePicture(picture: File): Promise<void> {
  const selected = useSelection.getState().nodes;
  const [chosen, ...more] = imageNodes(currentDocument()).filter(({ id }) => selected.includes(id));
  const named = new File([picture], nameOf(picture), { type: picture.type });
  return place(named, "clipboard.pasted", { node: more.length === 0 ? chosen?.id : undefined });
}

/** Give it to the image node it was dropped on, or to a new one at the place it was dropped at. */
export function dropPicture(picture: File, at: Place): Promise<void> {
  return place(picture, "files.placed", at);
}

interface Place {
  node?: string | undefined;
  position?: [number, number] | undefined;
}

async function place(
  picture: File,
  told: "clipboard.pasted" | "files.placed",
  { node, position }: Place,
): Promise<void> {
  try {
    const { name, subfolder } = await uploadImage(picture);
    await reloadCatalogue();
    const value = subfolder === "" ? name : `${subfolder}/${name}`;
    const type = currentDocument().nodes.find(({ id }) => id === node)?.type;
    const widget = imageWidget(currentCatalogue().get(type ?? ""));
    if (node !== undefined && widget !== null) run(setWidget(node, widget, value));
    else addNodeOfImage(value, position);
    const offer = { label: t("results.restore"), act: () => void openFile(picture, name) };
    notify("info", t(told, { name }), (await refusal(picture)) === null ? offer : undefined);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
  }
}

/** Whether a file is a picture and nothing else: it carries no workflow. */
export async function isBarePicture(file: File): Promise<boolean> {
  return PICTURE.test(file.type) && (await refusal(file)) === "no_metadata";
}

/** The clipboard calls every picture `image.png`: the time tells them apart. */
function nameOf({ type }: File): string {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  return `pasted-${time}.${type === "image/jpeg" ? "jpg" : type.slice("image/".length)}`;
}

/** Why no workflow can be read from a picture; null: one can. */
async function refusal(picture: File): Promise<UnreadableWorkflow["code"] | null> {
  try {
    await readWorkflowFile(picture, picture.name, currentCatalogue());
    return null;
  } catch (error) {
    if (error instanceof CanvasFile) return null;
    if (error instanceof UnreadableWorkflow) return error.code;
    throw error;
  }
}
