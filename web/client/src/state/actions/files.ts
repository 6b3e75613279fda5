/** Opening and saving workflows as files. */

import { emptyDocument, type WorkflowDocument } from "@/graph/document";
import { readWorkflowFile, UnreadableWorkflow } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { currentCatalogue } from "@/state/catalogue";
import { notify } from "@/state/notices";
import type { Picture } from "@/state/pictures";
import { forgetRun } from "@/state/runs";
import { currentDocument, markSaved, openDocument } from "@/state/workspace";

/** Open a workflow file or a picture that carries one. */
export async function openFile(file: Blob, name: string): Promise<boolean> {
  try {
    const document = await readWorkflowFile(file, name, currentCatalogue());
    show(document);
    notify("info", t("files.opened", { title: document.title || name }));
    return true;
  } catch (error) {
    if (!(error instanceof UnreadableWorkflow)) throw error;
    notify("error", t(`files.errors.${error.code}`, { name }));
    return false;
  }
}

/** Let the person choose a file to open. */
export function chooseFile(): void {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = ".json,.png,application/json,image/png";
  picker.onchange = () => {
    const file = picker.files?.[0];
    if (file !== undefined) void openFile(file, file.name);
  };
  picker.click();
}

/** Download the open workflow as JSON. */
export function saveFile(): void {
  const workflow = currentDocument();
  const name = `${fileName(workflow.title)}.json`;
  const url = URL.createObjectURL(new Blob([JSON.stringify(workflow, null, 1)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  markSaved();
}

/** A title as a file name that every system takes. */
export function fileName(title: string): string {
  const name = title
    .replace(/[\\/:*?"<>|\p{Cc}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return name.slice(0, 80) || "workflow";
}

/** Begin an empty workflow. */
export function newWorkflow(): void {
  show(emptyDocument(""));
}

/** Open the workflow inside a picture on the server. */
export async function restorePicture(picture: Picture): Promise<boolean> {
  const response = await fetch(picture.url);
  if (!response.ok) {
    notify("error", t("connection.no_answer"));
    return false;
  }
  return openFile(await response.blob(), picture.filename);
}

function show(workflow: WorkflowDocument): void {
  forgetRun();
  openDocument(workflow);
}
