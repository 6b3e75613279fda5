/** Desktop notifications, for jobs that were worth leaving the page for. */

import { t } from "@/i18n/i18n";
import { templateWords } from "@/i18n/words";
import { prefer, usePreferences } from "@/state/page/preferences";
import { closeView, useViews } from "@/state/page/views";
import type { RunView } from "@/state/runs/runView";
import { useTabs } from "@/state/workflow/tabs";
import { currentDocument } from "@/state/workflow/workspace";
import { chooseTab } from "./tabs";

/** Shorter jobs end before anybody looks away. */
const LONG_S = 20;

export type Asked = "granted" | "denied" | "unsupported";

/** Turn them on: the browser asks the person, now and only now. Turned on only when granted. */
export async function askToNotify(): Promise<Asked> {
  if (typeof Notification === "undefined") return "unsupported";
  const answer = await Notification.requestPermission();
  prefer({ notifyDone: answer === "granted" });
  return answer === "granted" ? "granted" : "denied";
}

/** Tell of the end of a long job while the page is hidden. */
export function notifyEnd(view: RunView): void {
  if (!usePreferences.getState().notifyDone || !document.hidden || view.seconds <= LONG_S) return;
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const title = templateWords(t, currentDocument().title) || t("app.untitled");
  const note = new Notification(title, {
    body: t(`run.spoken.${view.state}`, { seconds: view.seconds.toFixed(1) }),
    tag: view.job,
    icon: "/favicon.svg",
  });
  const { active } = useTabs.getState();
  note.onclick = () => {
    focus();
    note.close();
    void bringBack(active);
  };
}

/** To the workflow that ran, if it is still open: as its form, or on the canvas. */
async function bringBack(tab: string): Promise<void> {
  if (!useTabs.getState().tabs.some(({ id }) => id === tab)) return;
  await chooseTab(tab);
  const { current } = useViews.getState();
  if (current !== null && current.id !== "form") closeView();
}
