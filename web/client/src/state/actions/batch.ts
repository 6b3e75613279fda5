/** Sending a batch. */

import { ApiError } from "@/api/client";
import { submitBatch } from "@/api/queue";
import type { AxisToSend } from "@/graph/batch";
import { newId } from "@/graph/ids";
import { withSeedsDrawn } from "@/graph/seeds";
import { t } from "@/i18n/i18n";
import { problemRemedy, problemSentence } from "@/i18n/problemWords";
import { wholeCatalogue } from "@/state/nodes/catalogue";
import { notify, speak } from "@/state/page/notices";
import { useOverlays } from "@/state/page/overlays";
import { openPanel } from "@/state/page/panels";
import { expectBatch, forgetBatch } from "@/state/runs/batches";
import { chooseTab } from "@/state/runs/queue";
import { wholeDocument } from "@/state/workflow/workspace";

/** Queue the open document once for every point of the axes. Answers what the server said against it, or null. */
export async function sendBatch(axes: readonly AxisToSend[]): Promise<string | null> {
  const id = newId();
  const { document } = withSeedsDrawn(wholeDocument(), wholeCatalogue());
  expectBatch(id);
  try {
    const { total } = await submitBatch({ id, workflow: document, axes });
    speak(t("batch.sent", { count: total }));
    useOverlays.setState({ batchDialog: false });
    openPanel("queue");
    chooseTab("batches");
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    forgetBatch(id);
    if (error.status === 0) return t("connection.no_answer");
    const sentences = error.problems.map((item) => `${problemSentence(t, item)} ${problemRemedy(t, item)}`.trim());
    return [...new Set(sentences)].slice(0, 3).join(" ") || error.detail || error.title;
  }
}

/** A batch of this page is over: offer its pictures. */
export function tellBatchEnd(id: string): void {
  speak(t("batch.done"));
  notify("info", t("batch.done"), {
    label: t("batch.show_grid"),
    act: () => useOverlays.setState({ batchGrid: id }),
  });
}
