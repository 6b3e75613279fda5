/** Run and stop: what happens between the button and the server. */

import { ApiError, cancelJob, submitJob } from "@/api/client";
import { cancelBatch } from "@/api/queue";
import { newId } from "@/graph/ids";
import { advanceSeeds, withSeedsDrawn } from "@/graph/seeds";
import { t } from "@/i18n/i18n";
import { useBatches } from "@/state/batches";
import { currentCatalogue } from "@/state/catalogue";
import { notify, speak } from "@/state/notices";
import { follow, unfollow, useRuns } from "@/state/runs";
import { isActive } from "@/state/runView";
import { amendDocument, currentDocument, rememberSeeds } from "@/state/workspace";
import { saveDraft } from "./draft";

export interface RunOptions {
  /** Only what these nodes need. */
  targets?: string[];
  /** Before everything else that waits. */
  front?: boolean;
  count?: number;
}

/** Send the open document to run, `count` times. */
export async function runDocument({ targets, front, count = 1 }: RunOptions = {}): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const id = newId();
    const { document, used } = withSeedsDrawn(currentDocument(), currentCatalogue());
    follow(id);
    speak(t("run.spoken.sent"));
    try {
      await submitJob({
        id,
        workflow: document,
        ...(targets === undefined ? {} : { targets }),
        ...(front ? { front } : {}),
      });
    } catch (error) {
      refuse(id, error);
      return;
    }
    rememberSeeds(used);
    amendDocument((draft) => advanceSeeds(draft, used));
    saveDraft(id);
  }
}

function refuse(id: string, error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  unfollow(id, error.problems);
  if (error.problems.length > 0) speak(t("trouble.count", { count: error.problems.length }));
  else notify("error", error.status === 0 ? t("connection.no_answer") : error.detail || error.title);
}

/** Cancel the shown run, and what this page queued behind it. */
export async function stopRun(): Promise<void> {
  const { view, waiting } = useRuns.getState();
  const jobs = [...waiting, ...(isActive(view) ? [view.job] : [])];
  try {
    const { batchOf } = useBatches.getState();
    const batches = new Set(jobs.flatMap((job) => batchOf[job] ?? []));
    await Promise.all([
      ...[...batches].map((batch) => cancelBatch(batch)),
      ...jobs.filter((job) => batchOf[job] === undefined).map((job) => cancelJob(job)),
    ]);
    useRuns.setState({ waiting: [] });
  } catch (error) {
    if (error instanceof ApiError) notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    else throw error;
  }
}
