import { useState } from "react";
import { setExtra } from "@/graph/commands/extra";
import { subgraphsOf } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { runOnDocument, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Inspector.module.css";
import { Part } from "./Part";
import { Problems } from "./Problems";
import { RawJson } from "./RawJson";

/** The workflow: what it holds, what is wrong with it, and notes on it. */
export function WorkflowPart() {
  const { t } = useWords();
  const document = useWorkspace((state) => state.history.document);
  const problems = useRuns(shownProblems);
  const view = useRuns((runs) => runs.view);
  const counts = {
    nodes: document.nodes.length,
    wires: document.wires.length,
    frames: document.frames.length,
    subgraphs: subgraphsOf(document).length,
  };
  const { nodes: _nodes, wires: _wires, ...rest } = document;
  return (
    <>
      <header className={styles.head}>
        <h3>{document.title === "" ? t("app.untitled") : templateWords(t, document.title)}</h3>
        <p>{t("inspector.hint")}</p>
      </header>
      <Problems problems={problems} lead />
      <Part title={t("inspector.workflow")}>
        <dl className={styles.counts}>
          {Object.entries(counts).map(([name, count]) => (
            <div key={name}>
              <dt>{t(`inspector.counts.${name}`)}</dt>
              <dd>{count}</dd>
            </div>
          ))}
          {view === null ? null : (
            <div>
              <dt>{t("inspector.run")}</dt>
              <dd>
                {t(`run.state.${view.state}`)}
                {view.seconds > 0 ? ` · ${t("run.took", { seconds: view.seconds.toFixed(1) })}` : ""}
              </dd>
            </div>
          )}
        </dl>
      </Part>
      <Part title={t("inspector.notes")}>
        <Notes key={document.id} text={typeof document.extra.notes === "string" ? document.extra.notes : ""} />
      </Part>
      <RawJson value={rest} />
    </>
  );
}

/** Written down when the field is left, as one step. */
function Notes({ text }: { text: string }) {
  const { t } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const keep = () => {
    if (typed !== null && typed !== text) runOnDocument(setExtra("notes", typed === "" ? undefined : typed));
    setTyped(null);
  };
  return (
    <textarea
      className={styles.notes}
      rows={5}
      aria-label={t("inspector.notes")}
      placeholder={t("inspector.notes_hint")}
      value={typed ?? text}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
    />
  );
}
