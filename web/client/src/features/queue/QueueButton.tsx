import { ListOrdered, Pause } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { useKeyOf } from "@/state/commands/bindings";
import { togglePanel, usePanels } from "@/state/page/panels";
import { useQueue } from "@/state/runs/queue";
import styles from "./Queue.module.css";

/** Opens the queue, and says how much waits. Its width stays. */
export function QueueButton() {
  const { t } = useWords();
  const open = usePanels((state) => state.left.open === "queue");
  const key = useKeyOf("panel.queue");
  const queued = useQueue((state) => state.queued);
  const paused = useQueue((state) => state.paused);
  const Icon = paused ? Pause : ListOrdered;
  const says = paused ? t("queue.button_paused", { count: queued }) : t("queue.button", { count: queued });
  return (
    <button
      type="button"
      className={styles.opener}
      aria-expanded={open}
      title={key === "" ? says : `${says} (${key})`}
      data-queue-button
      data-paused={paused}
      onClick={() => togglePanel("queue")}
    >
      <Icon size={16} aria-hidden />
      <span>{t("queue.title")}</span>
      <span className={styles.badge} data-none={queued === 0}>
        {queued > 9999 ? "9999+" : queued}
      </span>
    </button>
  );
}
