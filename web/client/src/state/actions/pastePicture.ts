/** A picture from the system's clipboard: it becomes the image of the selected image node, or of a new one. */

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
  return [...(data?.files ?? [])].find((file) => /^image\/(png|jpeg|webp)$/.test(file.type)) ?? null;
}

/** Upload it and put it on the canvas. Where it carries a workflow, that is offered. */
export async function pastePicture(picture: File): Promise<void> {
  try {
    const { name, subfolder } = await uploadImage(new File([picture], nameOf(picture), { type: picture.type }));
    await reloadCatalogue();
    const value = subfolder === "" ? name : `${subfolder}/${name}`;
    const [chosen, ...more] = imageNodes(currentDocument()).filter(({ id }) =>
      useSelection.getState().nodes.includes(id),
    );
    const widget = imageWidget(currentCatalogue().get(chosen?.type ?? ""));
    if (chosen !== undefined && more.length === 0 && widget !== null) run(setWidget(chosen.id, widget, value));
    else addNodeOfImage(value);
    const offer = { label: t("results.restore"), act: () => void openFile(picture, name) };
    notify("info", t("clipboard.pasted", { name }), (await carriesWorkflow(picture)) ? offer : undefined);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
  }
}

/** The clipboard calls every picture `image.png`: the time tells them apart. */
function nameOf({ type }: File): string {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  return `pasted-${time}.${type === "image/jpeg" ? "jpg" : type.slice("image/".length)}`;
}

async function carriesWorkflow(picture: File): Promise<boolean> {
  try {
    await readWorkflowFile(picture, picture.name, currentCatalogue());
    return true;
  } catch (error) {
    if (error instanceof CanvasFile) return true;
    if (error instanceof UnreadableWorkflow) return false;
    throw error;
  }
}
