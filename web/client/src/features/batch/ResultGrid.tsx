import { Ban, CircleDashed, LoaderCircle, Square, TriangleAlert, X } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError } from "@/api/client";
import { getBatch } from "@/api/queue";
import type { BatchCell, BatchGrid } from "@/api/types";
import { axisWords, gridRows } from "@/graph/batchGrid";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { stopBatch } from "@/state/actions/queue";
import { notify } from "@/state/page/notices";
import { openViewer, useOverlays } from "@/state/page/overlays";
import { type Picture, pictureOf } from "@/state/pictures/pictures";
import { useQueue } from "@/state/runs/queue";
import { Modal } from "@/ui/Modal";
import { ShareBar } from "@/ui/ShareBar";
import { valueText } from "./batchWords";
import styles from "./Grid.module.css";

const close = () => useOverlays.setState({ batchGrid: null });
const READ_AGAIN_MS = 500;

/** The batch, read again when jobs begin and end. */
function useBatch(id: string): BatchGrid | null {
  const { t } = useWords();
  const turns = useQueue((state) => state.turns);
  const [batch, setBatch] = useState<BatchGrid | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn of the queue is what makes it read again
  useEffect(() => {
    const read = () =>
      getBatch(id).then(setBatch, (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 404) {
          notify("error", t("batch.gone"));
          close();
        }
      });
    const timer = setTimeout(() => void read(), batch === null ? 0 : READ_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [id, turns]);
  return batch;
}

/** A batch as an X/Y grid: what varied along the edges, each picture in its place. */
export default function ResultGrid({ id }: { id: string }) {
  const { t } = useWords();
  const batch = useBatch(id);
  const title = batch === null || batch.title === "" ? t("batch.grid") : templateWords(t, batch.title);
  return (
    <Modal label={t("batch.grid")} className={styles.dialog} onClose={close}>
      <header>
        <h2>{title}</h2>
        {batch === null ? <span className={styles.space} /> : <Progress batch={batch} />}
        <button
          type="button"
          className={styles.close}
          aria-label={t("batch.close")}
          title={`${t("batch.close")} (Esc)`}
          onClick={close}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must reach it */}
      <section className={styles.stage} aria-label={t("batch.grid")} tabIndex={0}>
        {batch === null ? null : batch.axes.length > 1 ? <Table batch={batch} /> : <Flow batch={batch} />}
      </section>
    </Modal>
  );
}

function Progress({ batch }: { batch: BatchGrid }) {
  const { t } = useWords();
  const { queued, running, succeeded, failed, cancelled, lost } = batch.progress;
  return (
    <>
      <span className={styles.told} role="status">
        {t("batch.done_of", { done: succeeded, total: batch.total })}
        {failed + lost > 0 ? ` · ${t("batch.failed", { count: failed + lost })}` : ""}
        {cancelled > 0 ? ` · ${t("batch.cancelled", { count: cancelled })}` : ""}
      </span>
      <ShareBar
        className={styles.bar}
        label={t("batch.progress", { title: batch.title })}
        total={batch.total}
        done={succeeded}
        failed={failed + lost}
        cancelled={cancelled}
      />
      <button type="button" disabled={queued + running === 0} onClick={() => void stopBatch(batch)}>
        <Square size={12} fill="currentColor" aria-hidden />
        {t("batch.stop")}
      </button>
    </>
  );
}

/** The words of a row or column: what varied, one line each. */
function Words({ values }: { values: readonly unknown[] }) {
  const text = values.map(valueText).join(" · ");
  return <span title={text}>{text}</span>;
}

function Table({ batch }: { batch: BatchGrid }) {
  const { t } = useWords();
  const axes = batch.axes.map(axisWords);
  const across = axes.at(-1);
  const down = axes.slice(0, -1);
  const rows = gridRows(batch.axes, batch.cells);
  const pictures = batch.cells.flatMap(picturesOf);
  if (across === undefined) return null;
  return (
    <table className={styles.table} data-batch-grid>
      <caption className="visually-hidden">{axes.map((axis) => axis.title).join(" × ")}</caption>
      <thead>
        <tr>
          {down.length > 0 ? (
            <th className={styles.corner} scope="col">
              {down.map((axis) => axis.title).join(" · ")} ↓
            </th>
          ) : null}
          <th className={styles.title} colSpan={across.steps.length} scope="colgroup">
            {across.title} →
          </th>
        </tr>
        <tr>
          {down.length > 0 ? <td className={styles.corner} /> : null}
          {across.steps.map((values, step) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
            <th key={step} scope="col" className={styles.column}>
              <Words values={values} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.steps.join(" ")}>
            {down.length > 0 ? (
              <th scope="row" className={styles.side}>
                <Words values={row.steps.flatMap((step, axis) => down[axis]?.steps[step] ?? [])} />
              </th>
            ) : null}
            {row.cells.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column
              <td key={column}>
                <Cell
                  cell={cell}
                  pictures={pictures}
                  name={t("batch.cell", {
                    words: [
                      ...row.steps.flatMap((step, axis) => down[axis]?.steps[step] ?? []),
                      ...(across.steps[column] ?? []),
                    ]
                      .map(valueText)
                      .join(" · "),
                  })}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One axis alone: its pictures in lines, each with its word. */
function Flow({ batch }: { batch: BatchGrid }) {
  const { t } = useWords();
  const [axis] = batch.axes.map(axisWords);
  const pictures = batch.cells.flatMap(picturesOf);
  const byIndex = new Map(batch.cells.map((cell) => [cell.index, cell]));
  if (axis === undefined) return null;
  return (
    <>
      <h3 className={styles.title}>{axis.title}</h3>
      <ul className={styles.flow} data-batch-grid>
        {axis.steps.map((values, step) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
          <li key={step}>
            <Cell
              cell={byIndex.get(step)}
              pictures={pictures}
              name={t("batch.cell", { words: values.map(valueText).join(" · ") })}
            />
            <Words values={values} />
          </li>
        ))}
      </ul>
    </>
  );
}

function picturesOf(cell: BatchCell): Picture[] {
  const all = cell.images.map((image) => pictureOf(cell.job, "", image));
  const kept = all.filter((picture) => picture.root === "output");
  return kept.length > 0 ? kept : all;
}

const SIGNS = {
  queued: CircleDashed,
  running: LoaderCircle,
  failed: TriangleAlert,
  lost: TriangleAlert,
  cancelled: Ban,
  succeeded: CircleDashed,
} as const;

function Cell({ cell, pictures, name }: { cell: BatchCell | undefined; pictures: readonly Picture[]; name: string }) {
  const { t } = useWords();
  if (cell === undefined) return <span className={styles.empty} />;
  const own = picturesOf(cell);
  const first = own[0];
  if (first !== undefined) {
    const shown = pictures.find((picture) => picture.url === first.url) ?? first;
    return (
      <button type="button" className={styles.picture} aria-label={name} onClick={() => openViewer(shown, pictures)}>
        <img src={first.url} alt="" loading="lazy" draggable={false} />
        {own.length > 1 ? <span className={styles.more}>{own.length}</span> : null}
      </button>
    );
  }
  const Sign = SIGNS[cell.state];
  return (
    <span className={styles.empty} data-state={cell.state}>
      <Sign size={16} aria-hidden />
      {t(`run.state.${cell.state}`)}
    </span>
  );
}
