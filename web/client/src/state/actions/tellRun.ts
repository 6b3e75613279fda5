/** What is heard of a run: politely while it goes on, at once when it fails. */

import { t } from "@/i18n/i18n";
import { speak, tellAtOnce } from "@/state/page/notices";
import { type Heard, narrate } from "@/state/runs/narration";
import type { RunView } from "@/state/runs/runView";
import { problemsAloud } from "./problems";

let heard: Heard | null = null;

/** Say what the shown run has come to, if it is worth saying. */
export function tellRun(view: RunView): void {
  const next = narrate(heard, view, performance.now() / 1000);
  heard = next.heard;
  if (next.saying === null) return;
  if (next.saying.what === "started") speak(t("run.spoken.started"));
  else if (next.saying.what === "quarter") speak(t("run.spoken.quarter", { percent: next.saying.percent }));
  else tellEnd(view);
}

function tellEnd(view: RunView): void {
  const ended = t(`run.spoken.${view.state}`, { seconds: view.seconds.toFixed(1) });
  const wrong = view.problems.filter((problem) => problem.severity === "error" && problem.node !== null);
  if (view.state === "failed" && wrong.length > 0) tellAtOnce(`${ended} ${problemsAloud(wrong)}`);
  else speak(ended);
}
