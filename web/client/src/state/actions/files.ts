/** Opening and saving workflows as files. */

import { ApiError, convertCanvas } from "@/api/client";
import type { Problem } from "@/api/types";
import { convertWorkflow } from "@/api/workflows";
import { CanvasFile, readDocument, readWorkflowFile, UnreadableWorkflow } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { problemSentence } from "@/i18n/problemWords";
import { templateWords } from "@/i18n/words";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import type { Picture } from "@/state/pictures/pictures";
import { wholeDocument } from "@/state/workflow/workspace";
import { openInTab } from "./tabs";

/** Open a workflow file or a picture that carries one. */
export async function openFile(file: Blob, name: string): Promise<boolean> {
  try {
    const document = await readWorkflowFile(file, name, currentCatalogue());
    openInTab(document);
    notify("info", t("files.opened", { title: templateWords(t, document.title) || name }));
    return true;
  } catch (error) {
    if (error instanceof CanvasFile) return openCanvas(error.canvas, name);
    if (!(error instanceof UnreadableWorkflow)) throw error;
    notify("error", t(`files.errors.${error.code}`, { name }));
    return false;
  }
}

/** Open ComfyUI's canvas; say what could not be taken over as it was. */
async function openCanvas(canvas: object, name: string): Promise<boolean> {
  try {
    const { workflow, problems } = await convertCanvas(canvas);
    const document = readDocument(workflow);
    openInTab({ ...document, title: templateWords(t, document.title) || name.replace(/\.[^.]+$/, "") });
    if (problems.length === 0) notify("info", t("files.opened", { title: templateWords(t, document.title) || name }));
    else notify("warning", t("files.opened_with_notes", { name, notes: notesOf(problems) }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof UnreadableWorkflow)) throw error;
    notify("error", t("files.errors.canvas_json", { name }));
    return false;
  }
}

const NOTES_SHOWN = 4;

function notesOf(problems: readonly Problem[]): string {
  const sentences = [...new Set(problems.map((problem) => problemSentence(t, problem)))];
  const more = sentences.length - NOTES_SHOWN;
  return [...sentences.slice(0, NOTES_SHOWN), ...(more > 0 ? [t("files.more_notes", { count: more })] : [])].join(" ");
}

/** Let the person choose a file to open. */
export function chooseFile(): void {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = ".json,.png,.webp,.jpg,.jpeg,.txt,application/json,image/png,image/webp,image/jpeg";
  picker.onchange = () => {
    const file = picker.files?.[0];
    if (file !== undefined) void openFile(file, file.name);
  };
  picker.click();
}

/** Forms that a workflow can be downloaded in: ours, ComfyUI's canvas 0.4 and 1.0, and its API's. */
export type ExportForm = "document" | "canvas" | "canvas-1.0" | "graph";

/** Download the open workflow as JSON. */
export async function exportFile(form: ExportForm = "document"): Promise<void> {
  const open = wholeDocument();
  try {
    const { workflow, problems } =
      form === "document" ? { workflow: open, problems: [] } : await convertWorkflow(open, form);
    const ending = { document: "", canvas: ".canvas", "canvas-1.0": ".canvas-1.0", graph: ".api" }[form];
    download(
      new Blob([JSON.stringify(workflow, null, 1)], { type: "application/json" }),
      `${fileName(open.title)}${ending}.json`,
    );
    if (problems.length > 0) notify("warning", t("files.exported_with_notes", { notes: notesOf(problems) }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
  }
}

function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A title as a file name that every system takes. */
export function fileName(title: string): string {
  const name = title
    .replace(/[\\/:*?"<>|\p{Cc}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return name.slice(0, 80) || "workflow";
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
