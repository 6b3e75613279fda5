import { Ban, Pause, Play, X } from "lucide-react";
import { Tabs } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { cancelEverything, pauseOrResume, UNDOABLE } from "@/state/actions/queue";
import { useOverlays } from "@/state/overlays";
import { chooseTab, type QueueTab, refreshQueue, useQueue } from "@/state/queue";
import { BatchList } from "./BatchList";
import { FinishedList } from "./FinishedList";
import styles from "./Queue.module.css";
import { RunningJob } from "./RunningJob";
import { WaitingList } from "./WaitingList";

const TABS: readonly QueueTab[] = ["waiting", "finished", "batches"];

/** The queue, over the right side of the canvas: Q opens it, Esc closes it. */
export function QueuePanel() {
  const open = useOverlays((state) => state.queue);
  return open ? <OpenPanel /> : null;
}

const close = () => useOverlays.setState({ queue: false });

function OpenPanel() {
  const { t } = useWords();
  const panel = useRef<HTMLElement>(null);
  const tab = useQueue((state) => state.tab);
  const queued = useQueue((state) => state.queued);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    void refreshQueue();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      className={styles.panel}
      aria-label={t("queue.title")}
      data-own-keys
      onKeyDown={(event) => {
        const typing = event.target instanceof HTMLInputElement;
        const closes = event.key === "Escape" || (!typing && event.key.toLowerCase() === "q" && !event.ctrlKey);
        if (!closes || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
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
    </aside>
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
    <header className={styles.head}>
      <h2>{t("queue.title")}</h2>
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
      <button
        type="button"
        className={styles.icon}
        aria-label={t("queue.close")}
        title={`${t("queue.close")} (Esc)`}
        onClick={close}
      >
        <X size={16} aria-hidden />
      </button>
    </header>
  );
}
