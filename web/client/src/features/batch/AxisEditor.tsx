import { X } from "lucide-react";
import { type AxisDraft, choicesOf, draftFor, type ValuesDraft, type Variable } from "@/graph/batch";
import type { Widget } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { choiceLabel, inputLabel, nodeTitle } from "@/i18n/words";
import { useKnownTypes } from "@/state/nodes/catalogue";
import styles from "./Batch.module.css";

interface Props {
  place: number;
  axis: AxisDraft;
  choices: readonly Variable[];
  /** What is wrong with its values, in words; empty for nothing. */
  problem: string;
  count: number;
  change: (axis: AxisDraft) => void;
  remove?: () => void;
}

/** One widget that varies, and its values. */
export function AxisEditor({ place, axis, choices, problem, count, change, remove }: Props) {
  const { t } = useWords();
  const variable = choices.find((item) => item.node.id === axis.node && item.input === axis.input);
  const id = `axis-${place}`;
  return (
    <fieldset className={styles.axis} data-axis={place}>
      <legend>{t(place === 0 ? "batch.first" : "batch.second")}</legend>
      <div className={styles.choose} ref={place === 0 ? undefined : focusInside}>
        <WidgetSelect id={`${id}-widget`} axis={axis} choices={choices} choose={(chosen) => change(draftFor(chosen))} />
        {remove === undefined ? null : (
          <button
            type="button"
            className={styles.icon}
            aria-label={t("batch.remove_axis")}
            title={t("batch.remove_axis")}
            onClick={remove}
          >
            <X size={16} aria-hidden />
          </button>
        )}
      </div>
      {variable === undefined ? null : (
        <ValuesEditor
          id={id}
          name={axis.input}
          widget={variable.widget}
          values={axis.values}
          change={(values) => change({ ...axis, values })}
        />
      )}
      <p id={`${id}-says`} className={styles.says} data-wrong={problem !== ""}>
        {problem === "" ? t("batch.values", { count }) : problem}
      </p>
    </fieldset>
  );
}

/** A second axis was asked for: its first field takes the focus, which the button that made it had. */
function focusInside(element: HTMLElement | null): void {
  element?.querySelector("select")?.focus();
}

interface SelectProps {
  id: string;
  axis: AxisDraft;
  choices: readonly Variable[];
  choose: (variable: Variable) => void;
}

/** Every widget that can vary, under its node's name. */
function WidgetSelect({ id, axis, choices, choose }: SelectProps) {
  const { t } = useWords();
  const catalogue = useKnownTypes();
  const nodes = [...new Set(choices.map((item) => item.node))];
  const key = (item: { node: string; input: string }) => JSON.stringify([item.node, item.input]);
  return (
    <select
      data-first
      id={id}
      aria-label={t("batch.widget")}
      value={key(axis)}
      onChange={(event) => {
        const chosen = choices.find((item) => key({ node: item.node.id, input: item.input }) === event.target.value);
        if (chosen !== undefined) choose(chosen);
      }}
    >
      {nodes.map((node) => (
        <optgroup key={node.id} label={nodeTitle(t, node, catalogue.get(node.type))}>
          {choices
            .filter((item) => item.node === node)
            .map((item) => (
              <option key={item.input} value={key({ node: node.id, input: item.input })}>
                {nodeTitle(t, node, catalogue.get(node.type))} › {inputLabel(t, node.type, item.input)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

interface ValuesProps {
  id: string;
  name: string;
  widget: Widget;
  values: ValuesDraft;
  change: (values: ValuesDraft) => void;
}

function ValuesEditor({ id, name, widget, values, change }: ValuesProps) {
  const { t } = useWords();
  const numeric = widget.kind === "integer" || widget.kind === "number";
  const from = "from" in values ? values.from : "0";
  return (
    <>
      {numeric ? (
        <div className={styles.modes} role="radiogroup" aria-label={t("batch.how")}>
          <Mode
            name={`${id}-mode`}
            label={t("batch.range")}
            on={values.mode === "range"}
            choose={() => change({ mode: "range", from, step: "1", count: "4" })}
          />
          <Mode
            name={`${id}-mode`}
            label={t("batch.list")}
            on={values.mode === "list"}
            choose={() => change({ mode: "list", text: from })}
          />
        </div>
      ) : null}
      {values.mode === "range" ? <RangeFields id={id} values={values} change={change} /> : null}
      {values.mode === "list" ? (
        <textarea
          rows={4}
          aria-label={t("batch.one_a_line")}
          aria-describedby={`${id}-says`}
          placeholder={t("batch.one_a_line")}
          value={values.text}
          onChange={(event) => change({ mode: "list", text: event.target.value })}
        />
      ) : null}
      {values.mode === "choose" ? (
        <Choices
          name={name}
          widget={widget}
          chosen={values.chosen}
          change={(chosen) => change({ mode: "choose", chosen })}
        />
      ) : null}
    </>
  );
}

function Mode({ name, label, on, choose }: { name: string; label: string; on: boolean; choose: () => void }) {
  return (
    <label>
      <input type="radio" name={name} checked={on} onChange={choose} />
      {label}
    </label>
  );
}

interface RangeProps {
  id: string;
  values: Extract<ValuesDraft, { mode: "range" }>;
  change: (values: ValuesDraft) => void;
}

function RangeFields({ id, values, change }: RangeProps) {
  const { t } = useWords();
  return (
    <div className={styles.range}>
      {(["from", "step", "count"] as const).map((field) => (
        <label key={field}>
          <span>{t(`batch.${field}`)}</span>
          <input
            type="text"
            inputMode="decimal"
            aria-describedby={`${id}-says`}
            data-field={field}
            value={values[field]}
            onChange={(event) => change({ ...values, [field]: event.target.value })}
          />
        </label>
      ))}
    </div>
  );
}

interface ChoicesProps {
  name: string;
  widget: Widget;
  chosen: readonly string[];
  change: (chosen: readonly string[]) => void;
}

/** The choices with a tick each, and all of them at once. */
function Choices({ name, widget, chosen, change }: ChoicesProps) {
  const { t } = useWords();
  const all = choicesOf(widget) ?? [];
  const label = (choice: string) =>
    widget.kind === "boolean" ? t(choice === "true" ? "widget.on" : "widget.off") : choiceLabel(t, name, choice);
  const toggle = (choice: string) =>
    change(chosen.includes(choice) ? chosen.filter((item) => item !== choice) : [...chosen, choice]);
  const whole = chosen.length === all.length;
  return (
    <div className={styles.choices}>
      <label className={styles.whole}>
        <input type="checkbox" checked={whole} onChange={() => change(whole ? [] : all)} />
        {t("batch.all")}
      </label>
      {all.map((choice) => (
        <label key={choice}>
          <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
          {label(choice)}
        </label>
      ))}
    </div>
  );
}
