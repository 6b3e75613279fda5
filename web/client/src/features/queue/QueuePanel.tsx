import { Ban, Pause, Play } from "lucide-react";
import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { cancelEverything, pauseOrResume, UNDOABLE } from "@/state/actions/queue";
import { chooseTab, type QueueTab, refreshQueue, useQueue } from "@/state/runs/queue";
import { BatchList } from "./BatchList";
import { FinishedList } from "./FinishedList";
import styles from "./Queue.module.css";
import { RunningJob } from "./RunningJob";
import { WaitingList } from "./WaitingList";

const TABS: readonly QueueTab[] = ["waiting", "finished", "batches"];

/** The queue: what runs, what waits, what is over. */
export default function QueuePanel() {
  const { t } = useWords();
  const tab = useQueue((state) => state.tab);
  const queued = useQueue((state) => state.queued);
  useEffect(() => void refreshQueue(), []);
  return (
    <div className={styles.panel}>
      <Head />
      <RunningJob />
      <Tabs.Root className={styles.tabs} value={tab} onValueChange={(value) => chooseTab(value as QueueTab)}>
        <Tabs.List className={styles.tabList} aria-label={t("queue.lists")}>
          {TABS.map((name) => (
            <Tabs.Trigger key={name} value={name} className={styles.tab}>
              {t(`queue.tab.${name}`)}
              {name === "waiting" ? <span className={styles.count}>{queued}</span> : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="waiting" className={styles.body} tabIndex={-1}>
          <WaitingList />
        </Tabs.Content>
        <Tabs.Content value="finished" className={styles.body} tabIndex={-1}>
          <FinishedList />
        </Tabs.Content>
        <Tabs.Content value="batches" className={styles.body} tabIndex={-1}>
          <BatchList />
        </Tabs.Content>
      </Tabs.Root>
    </div>
  );
}

function Head() {
  const { t } = useWords();
  const paused = useQueue((state) => state.paused);
  const queued = useQueue((state) => state.queued);
  const running = useQueue((state) => state.running !== null);
  const [asking, setAsking] = useState(false);
  const idle = queued === 0 && !running;
  const cancelAll = () => {
    if (queued > UNDOABLE && !asking) {
      setAsking(true);
      return;
    }
    setAsking(false);
    void cancelEverything();
  };
  return (
    <div className={styles.head}>
      <span className={styles.state} data-paused={paused}>
        {paused ? t("queue.paused") : ""}
      </span>
      <button type="button" className={styles.act} aria-pressed={paused} onClick={() => void pauseOrResume()}>
        {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        {t(paused ? "queue.resume" : "queue.pause")}
      </button>
      <button
        type="button"
        className={styles.act}
        data-asking={asking}
        disabled={idle}
        onClick={cancelAll}
        onBlur={() => setAsking(false)}
      >
        <Ban size={14} aria-hidden />
        {asking ? t("queue.cancel_sure", { count: queued }) : t("queue.cancel_all")}
      </button>
    </div>
  );
}
