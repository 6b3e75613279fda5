import { TriangleAlert } from "lucide-react";
import { takeFromForm } from "@/graph/commands/form";
import { incomingWires } from "@/graph/document";
import type { ShownField, ShownForm } from "@/graph/form";
import { labelsOf, problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle, templateWords } from "@/i18n/words";
import { useSpec } from "@/state/nodes/catalogue";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { runOnDocument, useWorkspace } from "@/state/workflow/workspace";
import { WidgetControl } from "@/widgets/WidgetControl";
import styles from "./Form.module.css";

/** The fields, section by section, and above them what is wrong beside them. */
export function Fields({ form }: { form: ShownForm }) {
  const { t } = useWords();
  return (
    <div className={styles.fields}>
      {form.gone.length > 0 ? (
        <p className={styles.notice} role="status">
          <TriangleAlert size={16} aria-hidden />
          <span>{t("form.gone", { count: form.gone.length })}</span>
          <button type="button" onClick={() => runOnDocument(takeFromForm(form.gone))}>
            {t("form.drop_gone")}
          </button>
        </p>
      ) : null}
      <OtherProblems form={form} />
      {form.groups.map(({ section, at, fields }) =>
        section === null ? (
          fields.map((field) => <Field key={field.at} field={field} />)
        ) : section.folded === true ? (
          <details key={at} className={styles.section}>
            <summary>{templateWords(t, section.title)}</summary>
            {fields.map((field) => (
              <Field key={field.at} field={field} />
            ))}
          </details>
        ) : (
          <section key={at} className={styles.section}>
            <h2>{templateWords(t, section.title)}</h2>
            {fields.map((field) => (
              <Field key={field.at} field={field} />
            ))}
          </section>
        ),
      )}
    </div>
  );
}

function Field({ field }: { field: ShownField }) {
  const { t } = useWords();
  const { node, input, item } = field;
  const spec = useSpec(node.type);
  const wired = useWorkspace((state) => incomingWires(state.history.document, node.id).has(input.name));
  const grows = input.widget.kind === "text" && input.widget.multiline;
  // A node's own name says more of a prompt than "Text" does.
  const given = templateWords(t, item.label ?? "");
  const named = grows && node.title !== "" ? nodeTitle(t, node, spec) : inputLabel(t, node.type, input);
  const label = given === "" ? named : given;
  return (
    <div className={styles.field} data-form-node={node.id} data-kind={grows ? "text" : input.widget.kind}>
      {grows ? <span className={styles.label}>{label}</span> : null}
      {wired ? (
        <p className={styles.wired}>{t("form.wired", { label })}</p>
      ) : (
        <WidgetControl node={node.id} type={node.type} input={input} label={label} />
      )}
      {item.help === undefined || item.help === "" ? null : (
        <p className={styles.help}>{templateWords(t, item.help)}</p>
      )}
      <FieldProblems field={field} />
    </div>
  );
}

/** What a run, or a file that is not there, says of this field. */
function FieldProblems({ field: { node, input } }: { field: ShownField }) {
  const { t } = useWords();
  const runs = useRuns();
  const { widget, name } = input;
  const value = node.widgets[name];
  const missing =
    // A picture that can be brought says so itself.
    ((widget.kind === "file" && !widget.upload) || widget.kind === "choice") &&
    typeof value === "string" &&
    value !== "" &&
    !widget.choices.includes(value) &&
    !/ \[(output|temp|input)\]$/.test(value);
  const problems = shownProblems(runs).filter((problem) => problem.node === node.id && problem.socket === name);
  if (problems.length === 0 && !missing) return null;
  return (
    <div className={styles.problem} data-problem>
      <TriangleAlert size={14} aria-hidden />
      {problems.length === 0 ? <span>{t("form.missing", { file: value })}</span> : null}
      {problems.map((problem) => {
        const labels = labelsOf(t, problem, node.type);
        return (
          <span key={problem.code}>
            {problemSentence(t, problem, labels)} {problemRemedy(t, problem, labels)}
          </span>
        );
      })}
    </div>
  );
}

/** Problems of nodes and sockets that the form does not show. */
function OtherProblems({ form }: { form: ShownForm }) {
  const { t } = useWords();
  const runs = useRuns();
  const shown = form.groups.flatMap(({ fields }) => fields);
  const others = shownProblems(runs).filter(
    (problem) => !shown.some(({ node, input }) => node.id === problem.node && input.name === problem.socket),
  );
  if (others.length === 0) return null;
  return (
    <div className={styles.problem}>
      <TriangleAlert size={14} aria-hidden />
      {others.map((problem) => (
        <span key={`${problem.code} ${problem.node} ${problem.socket}`}>
          {problemSentence(t, problem)} {problemRemedy(t, problem)}
        </span>
      ))}
    </div>
  );
}
