/** Run and stop: what happens between the button and the server. */

import { ApiError, cancelJob, submitJob } from "@/api/client";
import { cancelBatch } from "@/api/queue";
import { newId } from "@/graph/ids";
import { advanceSeeds, withSeedsDrawn } from "@/graph/seeds";
import { t } from "@/i18n/i18n";
import { wholeCatalogue } from "@/state/nodes/catalogue";
import { notify, speak, tellAtOnce } from "@/state/page/notices";
import { useAutoRun } from "@/state/runs/autoRun";
import { useBatches } from "@/state/runs/batches";
import { follow, unfollow, useRuns } from "@/state/runs/runs";
import { isActive } from "@/state/runs/runView";
import { amendDocument, rememberSeeds, useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import { saveDraft } from "./draft";
import { problemsAloud } from "./problems";

/** A part of the workflow: what these nodes of the canvas on the screen need, or what depends on them. */
export type RunPart = { upTo: readonly string[] } | { from: readonly string[] };

export interface RunOptions {
  /** Only this part. */
  part?: RunPart;
  /** Before everything else that waits. */
  front?: boolean;
  count?: number;
}

/** Send the open document to run, `count` times. False when it was refused. */
export async function runDocument({ part, front, count = 1 }: RunOptions = {}): Promise<boolean> {
  const targets = part === undefined ? undefined : await targetsOf(part);
  if (targets?.length === 0) {
    notify("warning", t(part !== undefined && "from" in part ? "run.nothing_from" : "run.nothing_up_to"));
    return false;
  }
  const before = useRuns.getState().waiting.length + (isActive(useRuns.getState().view) ? 1 : 0);
  speak(before === 0 ? t("run.spoken.sent") : t("run.spoken.behind", { count: before }));
  for (let number = 0; number < count; number += 1) {
    const id = newId();
    const { document, used } = withSeedsDrawn(wholeDocument(), wholeCatalogue());
    follow(id);
    try {
      await submitJob({
        id,
        workflow: document,
        ...(targets === undefined ? {} : { targets }),
        ...(front ? { front } : {}),
      });
    } catch (error) {
      refuse(id, error);
      return false;
    }
    rememberSeeds(used);
    amendDocument((draft) => advanceSeeds(draft, used));
    saveDraft(id);
  }
  return true;
}

/** What a part is called by the run. */
async function targetsOf(part: RunPart): Promise<string[]> {
  const { outputsFrom, targetsUpTo } = await import("@/graph/runTargets");
  const where = [wholeDocument(), wholeCatalogue(), useWorkspace.getState().path] as const;
  return "from" in part ? outputsFrom(...where, part.from) : targetsUpTo(...where, part.upTo);
}

function refuse(id: string, error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  unfollow(id, error.problems);
  if (error.problems.length > 0) tellAtOnce(problemsAloud(error.problems));
  else notify("error", error.status === 0 ? t("connection.no_answer") : error.detail || error.title);
}

/** Cancel the shown run, and what this page queued behind it; nothing more begins by itself. */
export async function stopRun(): Promise<void> {
  useAutoRun.setState({ mode: "off" });
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
