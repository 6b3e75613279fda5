/** Opening and saving workflows as files. */

import { ApiError, convertCanvas } from "@/api/client";
import type { Problem } from "@/api/types";
import { emptyDocument, type WorkflowDocument } from "@/graph/document";
import { CanvasFile, readDocument, readWorkflowFile, UnreadableWorkflow } from "@/graph/io/read";
import { t } from "@/i18n/i18n";
import { problemSentence } from "@/i18n/problemWords";
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
    show({ ...document, title: document.title || name.replace(/\.[^.]+$/, "") });
    if (problems.length === 0) notify("info", t("files.opened", { title: document.title || name }));
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
