import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useState } from "react";
import { changeInForm, moveInForm, takeFromForm } from "@/graph/commands/form";
import { nodeIndex } from "@/graph/document";
import type { FormField, FormItem } from "@/graph/form";
import { widgetInputs } from "@/graph/spec";
import type { Translate } from "@/i18n/i18n";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle } from "@/i18n/words";
import { wholeCatalogue } from "@/state/nodes/catalogue";
import { runOnDocument, useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import looks from "./ChosenItems.module.css";
import styles from "./Form.module.css";

const MOVED = "application/x-noiseloom-form-item";
const NO_ITEMS: readonly FormItem[] = [];

/** What the form shows, in its order: dragged, or moved by buttons; each with its words and limits. */
export function ChosenItems({ gone }: { gone: readonly number[] }) {
  const { t } = useWords();
  const items = useWorkspace((state) => state.history.document.form?.items ?? NO_ITEMS);
  return (
    <ol className={looks.items}>
      {items.map((item, at) => (
        <li
          key={keyOf(item, at)}
          draggable
          data-item={at}
          data-gone={gone.includes(at) || undefined}
          onDragStart={(event) => event.dataTransfer.setData(MOVED, String(at))}
          onDragOver={(event) => event.dataTransfer.types.includes(MOVED) && event.preventDefault()}
          onDrop={(event) => {
            const from = event.dataTransfer.getData(MOVED);
            if (from === "") return;
            event.preventDefault();
            runOnDocument(moveInForm(Number(from), at));
          }}
        >
          <ItemHead item={item} at={at} last={at === items.length - 1} name={nameOf(t, item)} />
          {gone.includes(at) ? <p className={styles.help}>{t("form.item_gone")}</p> : <ItemWords item={item} at={at} />}
        </li>
      ))}
    </ol>
  );
}

/** A field is in a form once; a section is known by its place. */
function keyOf(item: FormItem, at: number): string {
  return item.kind === "section"
    ? `section ${at}`
    : JSON.stringify(item.kind === "field" ? [item.node, item.widget] : [item.node]);
}

function nameOf(t: Translate, item: FormItem): string {
  if (item.kind === "section") return t("form.section");
  const node = nodeIndex(wholeDocument()).get(item.node);
  if (node === undefined) return item.kind === "field" ? `${item.node} › ${item.widget}` : item.node;
  const title = nodeTitle(t, node, wholeCatalogue().get(node.type));
  return `${title} › ${item.kind === "output" ? t("form.result") : inputLabel(t, node.type, item.widget)}`;
}

function ItemHead({ at, last, name }: { item: FormItem; at: number; last: boolean; name: string }) {
  const { t } = useWords();
  return (
    <div className={looks.itemHead}>
      <span>{name}</span>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("form.up", { name })}
        title={t("form.up", { name })}
        disabled={at === 0}
        onClick={() => runOnDocument(moveInForm(at, at - 1))}
      >
        <ArrowUp size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("form.down", { name })}
        title={t("form.down", { name })}
        disabled={last}
        onClick={() => runOnDocument(moveInForm(at, at + 1))}
      >
        <ArrowDown size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("form.take", { name })}
        title={t("form.take", { name })}
        onClick={() => runOnDocument(takeFromForm([at]))}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}

function ItemWords({ item, at }: { item: FormItem; at: number }) {
  const { t } = useWords();
  if (item.kind === "output") return null;
  if (item.kind === "section") {
    return (
      <div className={looks.words}>
        <Words
          label={t("form.section_title")}
          value={item.title}
          onChange={(title) => runOnDocument(changeInForm(at, { title }))}
        />
        <label className={looks.check}>
          <input
            type="checkbox"
            checked={item.folded === true}
            onChange={(event) => runOnDocument(changeInForm(at, { folded: event.target.checked || undefined }))}
          />
          {t("form.folded")}
        </label>
      </div>
    );
  }
  return (
    <div className={looks.words}>
      <Words
        label={t("form.label")}
        value={item.label ?? ""}
        onChange={(label) => runOnDocument(changeInForm(at, { label }))}
      />
      <Words
        label={t("form.help")}
        value={item.help ?? ""}
        onChange={(help) => runOnDocument(changeInForm(at, { help }))}
      />
      {isNumeric(item) ? (
        <>
          <Limit
            label={t("form.minimum")}
            value={item.minimum}
            onChange={(minimum) => runOnDocument(changeInForm(at, { minimum }))}
          />
          <Limit
            label={t("form.maximum")}
            value={item.maximum}
            onChange={(maximum) => runOnDocument(changeInForm(at, { maximum }))}
          />
        </>
      ) : null}
    </div>
  );
}

function isNumeric(item: FormField): boolean {
  const node = nodeIndex(wholeDocument()).get(item.node);
  const spec = node === undefined ? undefined : wholeCatalogue().get(node.type);
  const widget = spec === undefined ? undefined : widgetInputs(spec).find(({ name }) => name === item.widget)?.widget;
  return widget?.kind === "number" || (widget?.kind === "integer" && !widget.seed);
}

function Words({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label>
      <span>{label}</span>
      <input type="text" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

/** A limit, or none while the field is empty. It takes effect when the field is left. */
function Limit({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const [text, setText] = useState<string | null>(null);
  const commit = () => {
    if (text !== null) onChange(text.trim() === "" || !Number.isFinite(Number(text)) ? undefined : Number(text));
    setText(null);
  };
  return (
    <label>
      <span>{label}</span>
      <input
        type="text"
        inputMode="decimal"
        value={text ?? (value === undefined ? "" : String(value))}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
    </label>
  );
}
