/** The clipboard by menu: what the keys do through the browser's own events. */

import { t } from "@/i18n/i18n";
import { pasteAny, selectionText } from "@/state/actions/clipboard";
import type { Command } from "@/state/commands/command";
import { notify } from "@/state/page/notices";
import { anySelected, deleteSelected } from "./edit";

async function copy(cuts: boolean): Promise<void> {
  const text = selectionText();
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    notify("warning", t("clipboard.denied"));
    return;
  }
  if (cuts) deleteSelected();
}

async function paste(keepInputs: boolean): Promise<void> {
  let text = "";
  try {
    text = await navigator.clipboard.readText();
  } catch {
    notify("warning", t("clipboard.denied"));
    return;
  }
  if (!(await pasteAny(text, keepInputs))) notify("info", t("clipboard.nothing"));
}

const entry = (id: string, act: () => void, when?: () => boolean): Command => ({
  id: `clipboard.${id}`,
  title: `clipboard.${id}`,
  group: "edit",
  scope: "canvas",
  run: act,
  ...(when === undefined ? {} : { when }),
});

export const clipboardCommands: readonly Command[] = [
  entry("copy", () => void copy(false), anySelected),
  entry("cut", () => void copy(true), anySelected),
  entry("paste", () => void paste(false)),
  entry("paste_wired", () => void paste(true)),
];
