import { ListOrdered, Pause } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { toggleQueue, useOverlays } from "@/state/overlays";
import { useQueue } from "@/state/queue";
import styles from "./Queue.module.css";

/** Opens the queue, and says how much waits. Its width stays. */
export function QueueButton() {
  const { t } = useWords();
  const open = useOverlays((state) => state.queue);
  const queued = useQueue((state) => state.queued);
  const paused = useQueue((state) => state.paused);
  const Icon = paused ? Pause : ListOrdered;
  const says = paused ? t("queue.button_paused", { count: queued }) : t("queue.button", { count: queued });
  return (
    <button
      type="button"
      className={styles.opener}
      aria-expanded={open}
      aria-label={says}
      title={`${says} (Q)`}
      data-queue-button
      data-paused={paused}
      onClick={toggleQueue}
    >
      <Icon size={16} aria-hidden />
      <span>{t("queue.title")}</span>
      <span className={styles.badge} data-none={queued === 0}>
        {queued > 9999 ? "9999+" : queued}
      </span>
    </button>
  );
}
