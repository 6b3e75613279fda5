import { Grid3x3, Square } from "lucide-react";
import type { Batch } from "@/api/types";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { stopBatch } from "@/state/actions/queue";
import { useFigures } from "@/state/page/figures";
import { useOverlays } from "@/state/page/overlays";
import { useQueue } from "@/state/runs/queue";
import { ShareBar } from "@/ui/ShareBar";
import { type Placed, VirtualList } from "@/ui/VirtualList";
import { Empty } from "./Empty";
import styles from "./Queue.module.css";
import { RowButton } from "./RowButton";

const ROW = 64;

/** Batches, newest first, each with its progress and its grid. */
export function BatchList() {
  const { t } = useWords();
  const batches = useQueue((state) => state.batches);
  const known = useQueue((state) => state.known);
  const compose = () => useOverlays.setState({ batchDialog: true });
  return (
    <>
      <div className={styles.compose}>
        <button type="button" className={styles.act} onClick={compose}>
          <Grid3x3 size={14} aria-hidden />
          {t("batch.new")}
        </button>
      </div>
      {batches.length === 0 && known ? (
        <Empty icon={Grid3x3} text={t("queue.empty_batches")} />
      ) : (
        <VirtualList
          label={t("queue.tab.batches")}
          className={styles.list}
          count={batches.length}
          rowHeight={ROW}
          row={(index, placed) => {
            const batch = batches[index];
            return batch === undefined ? null : <BatchRow key={batch.id} batch={batch} placed={placed} />;
          }}
        />
      )}
    </>
  );
}

function BatchRow({ batch, placed }: { batch: Batch; placed: Placed }) {
  const { t } = useWords();
  const figures = useFigures();
  const { succeeded, failed, cancelled, lost, queued, running } = batch.progress;
  const told = [
    t("batch.done_of", { done: succeeded, total: batch.total }),
    ...(failed + lost > 0 ? [t("batch.failed", { count: failed + lost })] : []),
    ...(cancelled > 0 ? [t("batch.cancelled", { count: cancelled })] : []),
    figures.clock(batch.created),
  ];
  const title = batch.title === "" ? t("app.untitled") : templateWords(t, batch.title);
  return (
    <li {...placed} className={styles.row} data-batch={batch.id}>
      <span className={styles.two}>
        <span className={styles.name} title={title}>
          {axesTitle(batch) || title}
        </span>
        <ShareBar
          className={styles.share}
          label={t("batch.progress", { title })}
          total={batch.total}
          done={succeeded}
          failed={failed + lost}
          cancelled={cancelled}
        />
        <span className={styles.under}>{told.join(" · ")}</span>
      </span>
      <span className={styles.actsKept}>
        <RowButton label={t("batch.show_grid")} act={() => useOverlays.setState({ batchGrid: batch.id })}>
          <Grid3x3 size={16} aria-hidden />
        </RowButton>
        <RowButton label={t("batch.stop")} disabled={queued + running === 0} act={() => void stopBatch(batch)}>
          <Square size={14} fill="currentColor" aria-hidden />
        </RowButton>
      </span>
    </li>
  );
}

function axesTitle({ axes }: Batch): string {
  return axes
    .map((axis) => axis.title)
    .filter((text) => text !== "")
    .toReversed()
    .join(" × ");
}
