import { TriangleAlert } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import type { GraphNode } from "@/graph/document";
import { labelsOf, problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { shownProblems, useRuns } from "@/state/runs";
import styles from "./Step.module.css";

/** The message bar below a node: what is wrong, and what to do. It hangs outside the box, so that nothing moves. */
export function StepProblems({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const problems = useRuns(useShallow((runs) => shownProblems(runs).filter((problem) => problem.node === node.id)));
  const details = useRuns((runs) => runs.view?.nodes[node.id]?.details ?? "");
  if (problems.length === 0) return null;
  return (
    <div className={`nodrag nowheel ${styles.problems}`} role="alert">
      {problems.map((problem) => {
        const labels = labelsOf(t, problem, node.type);
        return (
          <p key={`${problem.code} ${problem.socket}`} data-severity={problem.severity} data-code={problem.code}>
            <TriangleAlert size={14} aria-hidden />
            <span>
              {problemSentence(t, problem, labels)} <em>{problemRemedy(t, problem, labels)}</em>
            </span>
          </p>
        );
      })}
      {details === "" ? null : (
        <details>
          <summary>{t("trouble.details")}</summary>
          <pre>{details}</pre>
        </details>
      )}
    </div>
  );
}
