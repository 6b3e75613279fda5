/** Saving a mask: a file beside the picture, and one step in the workflow's history. */

import { ApiError, uploadImage } from "@/api/client";
import { addNode } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { setWidget } from "@/graph/commands/widgets";
import { newNode } from "@/graph/document";
import { maskName, widgetValueOf } from "@/graph/fileNames";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import { reloadCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { leaveView, openView } from "@/state/page/views";
import { currentDocument, run } from "@/state/workflow/workspace";
import { dropDraft, writeDraft } from "./drafts";
import type { MaskSession } from "./session";
import type { Target } from "./target";

/** Write the mask and set it on the node. Says whether it worked; what went wrong is told. */
export async function saveMask(session: MaskSession, target: Target): Promise<boolean> {
  const { file } = target;
  try {
    const stored = await uploadImage(new File([await session.file()], maskName(file.name)), {
      type: file.root,
      subfolder: file.subfolder,
    });
    const value = widgetValueOf({ root: stored.root, subfolder: stored.subfolder, name: stored.name });
    await reloadCatalogue();
    setOn(target, value);
    await session.kept();
    await dropDraft(target.key);
    leaveView();
    notify("info", t("mask.saved", { name: stored.name }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    return false;
  }
}

function setOn({ node, inputs, picture }: Target, mask: string): void {
  if (node !== null) {
    run(several("mask", [setWidget(node, inputs.mask, mask)]));
    return;
  }
  const centre = viewport()?.centre().position ?? [0, 0];
  const added = newNode(currentDocument(), "LoadImage", centre);
  run(addNode({ ...added, widgets: { [inputs.picture]: picture, [inputs.mask]: mask } }));
}

/** Leave without saving. Strokes can be had back as long as the message stands. */
export async function leaveMask(session: MaskSession, target: Target, path: string): Promise<void> {
  const strokes = session.state.changed ? await session.file() : null;
  await session.kept();
  await dropDraft(target.key);
  leaveView();
  if (strokes === null) return;
  notify("info", t("mask.left"), {
    label: t("menu.undo"),
    act: () => void writeDraft(target.key, strokes).then(() => openView("mask", path)),
  });
}
