/** Values from node to node, by name. */

import { type CopiedValues, copyValues, parseValues, pasteValues } from "@/graph/values";
import { t } from "@/i18n/i18n";
import { wordsOr } from "@/i18n/words";
import type { Command } from "@/state/commands/command";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { anySelected } from "./edit";

const selected = () => useSelection.getState().nodes;

/** What was copied last on this page, for browsers that let no page read the clipboard. */
let kept: CopiedValues | null = null;

async function copy(): Promise<void> {
  kept = copyValues(currentDocument(), currentCatalogue(), selected());
  const count = Object.keys(kept.values).length;
  await navigator.clipboard?.writeText(JSON.stringify(kept)).catch(() => undefined);
  notify("info", t("values.copied", { count }));
}

async function paste(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => "");
  const copied = parseValues(text ?? "") ?? kept;
  if (copied === null) {
    notify("info", t("values.none"));
    return;
  }
  const { command, set, misfits } = pasteValues(currentDocument(), currentCatalogue(), copied, selected());
  run(command);
  const names = misfits.map((name) => wordsOr(t, `nodes.labels.${name}`, name)).join(t("values.comma"));
  notify("info", misfits.length === 0 ? t("values.pasted", { count: set }) : t("values.some", { count: set, names }));
}

export const valueCommands: readonly Command[] = [
  {
    id: "values.copy",
    title: "values.copy",
    group: "edit",
    keys: ["Mod+Alt+C"],
    scope: "canvas",
    when: anySelected,
    run: () => void copy(),
  },
  {
    id: "values.paste",
    title: "values.paste",
    group: "edit",
    keys: ["Mod+Alt+V"],
    scope: "canvas",
    when: anySelected,
    run: () => void paste(),
  },
];
