/** How a job is called and told about in lists. */

import type { Job } from "@/api/types";
import type { Translate } from "@/i18n/i18n";
import { templateWords } from "@/i18n/words";

/** A job's title; a batch's job says which it is. */
export function jobName(t: Translate, job: Job): string {
  const title = job.title === "" ? t("app.untitled") : templateWords(t, job.title);
  return job.batch_index === null ? title : t("queue.of_batch", { title, number: job.batch_index + 1 });
}

/** The seconds a job ran, as text; empty for one that never began. */
export function secondsRun(t: Translate, job: Job): string {
  if (job.started === null || job.finished === null) return "";
  const seconds = job.finished - job.started;
  return t("run.took", { seconds: seconds.toFixed(seconds < 100 ? 1 : 0) });
}
