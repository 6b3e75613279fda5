import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import {
  type AxisDraft,
  axesToSend,
  type Combining,
  draftFor,
  firstVariable,
  MOST_POINTS,
  pointCount,
  readValues,
  type Variable,
  variables,
} from "@/graph/batch";
import { useWords } from "@/i18n/useWords";
import { sendBatch } from "@/state/actions/batch";
import { useWholeCatalogue } from "@/state/nodes/catalogue";
import { useOverlays } from "@/state/page/overlays";
import { useWorkspace } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import { AxisEditor } from "./AxisEditor";
import styles from "./Batch.module.css";
import { problemOf, variableName } from "./batchWords";

const close = () => useOverlays.setState({ batchDialog: false });

/** Vary one or two widgets of the open workflow and queue a job for every point. */
export default function BatchDialog() {
  const { t } = useWords();
  const document = useWorkspace((state) => state.history.document);
  const catalogue = useWholeCatalogue();
  const found = useMemo(() => variables(document, catalogue), [document, catalogue]);
  const [axes, setAxes] = useState<readonly AxisDraft[]>(() => begin(found));
  const [combining, setCombining] = useState<Combining>("product");
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const read = axes.map((axis) => readAxis(found, axis));
  const lengths = read.map((item) => item.length);
  // An axis without values says itself what is wrong with them; a sentence for the whole would be another, or false.
  const empty = axes.length === 0 || lengths.includes(0);
  const count = empty ? 0 : pointCount(lengths, axes.length > 1 ? combining : "product");
  const wrong = whatIsWrong(t, count, lengths);
  const ready = !empty && wrong === "" && !sending;
  const change = (at: number, axis: AxisDraft | null) => {
    setRefused(null);
    setAxes(axis === null ? axes.toSpliced(at, 1) : axes.with(at, axis));
  };
  const second = secondVariable(found, axes);
  const send = async () => {
    setSending(true);
    const sent = read.flatMap((item) =>
      item.variable === undefined
        ? []
        : [{ title: variableName(t, item.variable, catalogue), inputs: [{ ...item.input, values: item.values }] }],
    );
    setRefused(await sendBatch(axesToSend(sent, combining)));
    setSending(false);
  };
  return (
    <Dialog title={t("batch.title")} className={styles.dialog} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void send();
        }}
      >
        <p className={dialog.teach}>{t("batch.teach")}</p>
        {found.length === 0 ? <p className={dialog.wrong}>{t("batch.nothing_varies")}</p> : null}
        <div className={styles.axes}>
          {axes.map((axis, at) => (
            <AxisEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: an axis is known by its place
              key={at}
              place={at}
              axis={axis}
              choices={found}
              problem={problemOf(t, read[at]?.problem)}
              count={lengths[at] ?? 0}
              change={(next) => change(at, next)}
              {...(at > 0 ? { remove: () => change(at, null) } : {})}
            />
          ))}
        </div>
        {axes.length > 1 ? <Combine combining={combining} choose={setCombining} lengths={lengths} /> : null}
        {axes.length === 1 && second !== undefined ? (
          <button type="button" className={styles.add} onClick={() => setAxes([...axes, draftFor(second)])}>
            <Plus size={14} aria-hidden />
            {t("batch.add_axis")}
          </button>
        ) : null}
        <footer className={`${dialog.actions} ${styles.foot}`}>
          <span className={styles.sum} role="status" data-wrong={wrong !== "" || refused !== null}>
            {refused ?? (wrong === "" ? t("batch.jobs", { count: count ?? 0 }) : wrong)}
          </span>
          <button type="button" onClick={close}>
            {t("batch.cancel")}
          </button>
          <button type="submit" className={dialog.main} disabled={!ready}>
            {t("batch.queue", { count: count ?? 0 })}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function begin(found: readonly Variable[]): AxisDraft[] {
  const first = firstVariable(found);
  return first === undefined ? [] : [draftFor(first)];
}

/** A widget that is not taken yet; a text before others. */
function secondVariable(found: readonly Variable[], axes: readonly AxisDraft[]): Variable | undefined {
  const free = found.filter((item) => !axes.some((axis) => axis.node === item.node.id && axis.input === item.input));
  return firstVariable(free);
}

function readAxis(found: readonly Variable[], axis: AxisDraft) {
  const variable = found.find((item) => item.node.id === axis.node && item.input === axis.input);
  const input = { node: axis.node, input: axis.input };
  const read =
    variable === undefined ? { problem: { code: "none" as const } } : readValues(variable.widget, axis.values);
  const values = "values" in read ? read.values : [];
  return { variable, input, values, length: values.length, problem: "problem" in read ? read.problem : undefined };
}

function whatIsWrong(t: ReturnType<typeof useWords>["t"], count: number | null, lengths: readonly number[]): string {
  if (count === null) return t("batch.uneven", { first: lengths[0] ?? 0, second: lengths[1] ?? 0 });
  return count > MOST_POINTS ? t("batch.too_many", { count, limit: MOST_POINTS }) : "";
}

interface CombineProps {
  combining: Combining;
  choose: (combining: Combining) => void;
  lengths: readonly number[];
}

function Combine({ combining, choose, lengths }: CombineProps) {
  const { t } = useWords();
  const [first = 0, second = 0] = lengths;
  return (
    <fieldset className={styles.combine}>
      <legend>{t("batch.combine")}</legend>
      {(["product", "zip"] as const).map((way) => (
        <label key={way}>
          <input type="radio" name="combining" checked={combining === way} onChange={() => choose(way)} />
          {t(`batch.${way}`)}
          <span className={styles.hint}>{way === "product" ? `${first} × ${second}` : ""}</span>
        </label>
      ))}
    </fieldset>
  );
}
