/**
 * Running on change and running forever. Of either, at most one job is under way: the next is sent when the one before
 * has ended, so that no queue builds up. An end in failure, Stop, and another workflow on the screen switch it off.
 */

import { runKey } from "@/graph/runKey";
import { t } from "@/i18n/i18n";
import { notify, speak } from "@/state/page/notices";
import { type AutoRun, useAutoRun } from "@/state/runs/autoRun";
import { useRuns } from "@/state/runs/runs";
import { isActive, type RunView } from "@/state/runs/runView";
import { useTabs } from "@/state/workflow/tabs";
import { useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import { runDocument } from "./submit";

/** Who types or drags is not done yet. */
const QUIET_MS = 600;

let timer: ReturnType<typeof setTimeout> | undefined;
/** What ran last on change; null: nothing yet. */
let lastKey: string | null = null;
let sending = false;
/** A short job can end before the server has answered that it took it. */
let early: RunView | null = null;

/** Switch it on, which runs at once; or off. */
export function chooseAutoRun(mode: AutoRun): void {
  clearTimeout(timer);
  lastKey = null;
  useAutoRun.setState({ mode });
  speak(t(`run.auto.spoken.${mode}`));
  if (mode !== "off") void next();
}

/** The same key switches on and off. */
export function toggleAutoRun(mode: Exclude<AutoRun, "off">): void {
  chooseAutoRun(useAutoRun.getState().mode === mode ? "off" : mode);
}

/** Follow edits, runs and tabs. Returns how to stop. */
export function watchAutoRun(): () => void {
  const ends = [
    useWorkspace.subscribe((state, before) => {
      if (state.history.document !== before.history.document) changed();
    }),
    useRuns.subscribe(({ view }, before) => {
      if (view !== null && view.job === before.view?.job && isActive(before.view) && !isActive(view)) ended(view);
    }),
    useTabs.subscribe((state, before) => {
      if (state.active !== before.active && useAutoRun.getState().mode !== "off") chooseAutoRun("off");
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
  };
}

function changed(): void {
  if (useAutoRun.getState().mode !== "change") return;
  clearTimeout(timer);
  timer = setTimeout(() => void next(), QUIET_MS);
}

function ended(view: RunView): void {
  const { mode } = useAutoRun.getState();
  if (mode === "off") return;
  early = sending ? view : null;
  if (sending) return;
  if (view.state !== "succeeded") {
    chooseAutoRun("off");
    if (view.state !== "cancelled") notify("warning", t(`run.auto.stopped_${mode}`));
  } else if (mode === "forever" && !Object.values(view.nodes).some((node) => node.state === "done")) {
    chooseAutoRun("off");
    notify("warning", t("run.auto.nothing_new"));
  } else if (mode === "forever") void next();
  else changed();
}

const busy = ({ view, waiting } = useRuns.getState()) => isActive(view) || waiting.length > 0;

async function next(): Promise<void> {
  const { mode } = useAutoRun.getState();
  if (mode === "off" || sending || busy()) return;
  const key = runKey(wholeDocument());
  if (mode === "change" && key === lastKey) return;
  lastKey = key;
  sending = true;
  const accepted = await runDocument().finally(() => {
    sending = false;
  });
  // On change, what is refused waits for the next edit: it says itself what is wrong.
  if (!accepted && mode === "forever") chooseAutoRun("off");
  else if (early !== null) ended(early);
}
