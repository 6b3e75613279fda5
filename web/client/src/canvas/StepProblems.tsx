import { TriangleAlert } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import type { GraphNode } from "@/graph/document";
import { labelsOf, problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { shownProblems, useRuns } from "@/state/runs";
import styles from "./Step.module.css";

/**
 * The message bar of a node: what is wrong, and what to do. It lies over the picture area, which a node that failed has
 * empty, or else hangs below the box; so nothing moves.
 */
export function StepProblems({ node, inside }: { node: GraphNode; inside: boolean }) {
  const { t } = useWords();
  const problems = useRuns(useShallow((runs) => shownProblems(runs).filter((problem) => problem.node === node.id)));
  const details = useRuns((runs) => runs.view?.nodes[node.id]?.details ?? "");
  if (problems.length === 0) return null;
  return (
    <div className={`nodrag nowheel ${styles.problems} ${inside ? styles.inside : ""}`} role="alert">
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
