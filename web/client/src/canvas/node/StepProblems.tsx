import { TriangleAlert } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import type { GraphNode } from "@/graph/document";
import { isInstance } from "@/graph/subgraphs";
import { labelsOf, problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { isInside, nodeRun } from "@/state/runs/runView";
import { useRunId } from "@/state/workflow/inside";
import styles from "./StepMessages.module.css";

/**
 * The message bar of a node: what is wrong, and what to do. It lies over the picture area, which a node that failed has
 * empty, or else hangs below the box; so nothing moves.
 */
export function StepProblems({ node, inside }: { node: GraphNode; inside: boolean }) {
  const { t } = useWords();
  const instance = isInstance(node.type);
  const runId = useRunId(node.id);
  const problems = useRuns(
    useShallow((runs) =>
      shownProblems(runs).filter(
        (problem) => problem.node === runId || (instance && isInside(problem.node ?? "", runId)),
      ),
    ),
  );
  const details = useRuns((runs) => nodeRun(runs.view, runId, instance)?.details ?? "");
  if (problems.length === 0) return null;
  const wrong = problems.some((problem) => problem.severity === "error");
  const classes = ["nodrag nowheel", styles.problems, inside ? styles.inside : "", wrong ? "" : styles.mild];
  return (
    // biome-ignore lint/a11y/useSemanticElements: messages, no fields
    <div
      className={classes.join(" ")}
      role="group"
      aria-label={t("trouble.count", { count: problems.length })}
      data-problems
    >
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
