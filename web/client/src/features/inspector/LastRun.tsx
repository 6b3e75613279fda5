import type { GraphNode } from "@/graph/document";
import { isInstance } from "@/graph/subgraphs";
import { stateWords } from "@/i18n/nodeWords";
import { useWords } from "@/i18n/useWords";
import { viewport } from "@/state/canvas/viewport";
import { useRuns } from "@/state/runs/runs";
import { nodeRun } from "@/state/runs/runView";
import { useWhy } from "@/state/runs/why";
import { useRunId } from "@/state/workflow/inside";
import { selectNodes } from "@/state/workflow/selection";
import styles from "./Inspector.module.css";
import { Part } from "./Part";

/** How the node fared in the shown run, how long it took, and why it ran or did not. */
export function LastRun({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const runId = useRunId(node.id);
  const step = useRuns((runs) => nodeRun(runs.view, runId, isInstance(node.type)));
  const texts = useRuns((runs) => runs.view?.texts[runId]);
  const why = useWhy(node);
  const source = why?.source ?? null;
  if (step === undefined && why === null) return null;
  return (
    <Part title={t("inspector.run")}>
      {step === undefined ? null : <p data-node-state={step.state}>{stateWords(t, node, step)}</p>}
      {why === null ? null : <p data-why>{why.sentence}</p>}
      {source === null ? null : (
        <button
          type="button"
          className={styles.link}
          onClick={() => {
            selectNodes([source]);
            viewport()?.reveal(source);
          }}
        >
          {t("why.go")}
        </button>
      )}
      {texts === undefined ? null : <pre className={styles.json}>{texts.join("\n")}</pre>}
    </Part>
  );
}
