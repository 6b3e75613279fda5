import { CirclePlus, Rows3, Sparkles } from "lucide-react";
import { addToForm, toggleInForm } from "@/graph/commands/form";
import { incomingWires } from "@/graph/document";
import { isInForm, makesPictures, type ShownForm, usualForm } from "@/graph/form";
import { widgetInputs } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle } from "@/i18n/words";
import { useWholeCatalogue, wholeCatalogue } from "@/state/nodes/catalogue";
import { runOnDocument, useWorkspace, wholeDocument } from "@/state/workflow/workspace";
import { ChosenItems } from "./ChosenItems";
import styles from "./Form.module.css";

/** Choosing what the form shows: what is chosen, in its order, and beside it all that could be. */
export function FormEditor({ form }: { form: ShownForm }) {
  const { t } = useWords();
  const empty = useWorkspace((state) => (state.history.document.form?.items.length ?? 0) === 0);
  return (
    <div className={styles.columns}>
      <section className={styles.chosen}>
        <h2>{t("form.chosen")}</h2>
        {empty ? <p className={styles.help}>{t("form.none_chosen")}</p> : <ChosenItems gone={form.gone} />}
        <div className={styles.buttons}>
          <button
            type="button"
            onClick={() => runOnDocument(addToForm([{ kind: "section", title: t("form.new_section"), folded: true }]))}
          >
            <Rows3 size={16} aria-hidden /> {t("form.add_section")}
          </button>
          <button type="button" onClick={() => runOnDocument(addToForm(usualForm(wholeDocument(), wholeCatalogue())))}>
            <Sparkles size={16} aria-hidden /> {t("form.add_usual")}
          </button>
        </div>
      </section>
      <Available />
    </div>
  );
}

/** Every node with its widgets and its result, each with a switch. */
function Available() {
  const { t } = useWords();
  const document = useWorkspace((state) => state.history.document);
  const catalogue = useWholeCatalogue();
  return (
    <section className={styles.available}>
      <h2>{t("form.available")}</h2>
      {document.nodes.map((node) => {
        const spec = catalogue.get(node.type);
        if (spec === undefined) return null;
        const wired = incomingWires(document, node.id);
        const free = widgetInputs(spec).filter((input) => !wired.has(input.name));
        const output = makesPictures(spec);
        if (free.length === 0 && !output) return null;
        const title = nodeTitle(t, node, spec);
        return (
          <fieldset key={node.id}>
            <legend>{title}</legend>
            {output ? (
              <Choose
                label={t("form.result")}
                node={node.id}
                widget={null}
                chosen={isInForm(document, node.id, null)}
              />
            ) : null}
            {free.map((input) => (
              <Choose
                key={input.name}
                label={inputLabel(t, node.type, input)}
                node={node.id}
                widget={input.name}
                chosen={isInForm(document, node.id, input.name)}
              />
            ))}
          </fieldset>
        );
      })}
    </section>
  );
}

interface ChooseProps {
  label: string;
  node: string;
  widget: string | null;
  chosen: boolean;
}

function Choose({ label, node, widget, chosen }: ChooseProps) {
  const { t } = useWords();
  return (
    <button
      type="button"
      className={styles.choose}
      aria-pressed={chosen}
      title={t(chosen ? "form.take_out" : "form.show_in")}
      data-choose={`${node} ${widget ?? ""}`}
      onClick={() => runOnDocument(toggleInForm(node, widget))}
    >
      <CirclePlus size={16} aria-hidden />
      {label}
    </button>
  );
}
